import { fromHex } from '../../../src/bytes.js';

/** MS-NLMP 4.2.1, the values that the examples share. */
export const COMMON = {
  user: 'User',
  userDom: 'Domain',
  passwd: 'Password',
  serverName: 'Server',
  workstationName: 'COMPUTER',
  randomSessionKey: fromHex('55555555555555555555555555555555'),
  time: fromHex('0000000000000000'),
  clientChallenge: fromHex('aaaaaaaaaaaaaaaa'),
  serverChallenge: fromHex('0123456789abcdef'),
};

/** MS-NLMP 4.2.2.1.2. */
export const NTOWF_V1 = 'a4f49c406510bdcab6824ee7c30fd852';

/** MS-NLMP 4.2.2.1.3 and 4.2.2.2.3: a session base key, and the RandomSessionKey encrypted with it. */
export const NTLM_V1_SESSION_BASE_KEY = 'd87262b0cde4b1cb7499becccdf10784';
export const NTLM_V1_ENCRYPTED_SESSION_KEY = '518822b1b3f350c8958682ecbb3e3cb7';

/** MS-NLMP 4.2.3.1.3 and 4.2.3.4: its signing key, and the checksum of the message before any encryption. */
export const NTLM_V1_CLIENT_CHALLENGE = {
  keyExchangeKey: fromHex('eb93429a8bd952f8b89c55b87f475edc'),
  signKey: '60e799be5c72fc92922ae8ebe961fb8d',
  checksum: 'ff2aeb52f681793a',
};

/** MS-NLMP 4.2.4.1 and 4.2.4.2. */
export const NTLM_V2 = {
  challengeFlags: 0xe28a8233,
  ntowfV2: '0c868a403bfd7a93a3001ef22ef02e3f',
  sessionBaseKey: '8de40ccadbc14a82f15cb0ad0de95ca3',
  temp: `
    01 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 aa aa aa aa aa aa aa aa 00 00 00 00
    02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00 01 00 0c 00 53 00 65 00 72 00 76 00 65 00 72 00
    00 00 00 00 00 00 00 00`.replace(/\s/g, ''),
  lmChallengeResponse: '86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa',
  ntProofStr: '68cd0ab851e51c96aabc927bebef6a1c',
  encryptedRandomSessionKey: 'c5dad2544fc9799094ce1ce90bc9d03e',
};

/** MS-NLMP 4.2.4.3. */
export const NTLM_V2_CHALLENGE_MESSAGE: string = `
  4e 54 4c 4d 53 53 50 00 02 00 00 00 0c 00 0c 00 38 00 00 00 33 82 8a e2 01 23 45 67 89 ab cd ef
  00 00 00 00 00 00 00 00 24 00 24 00 44 00 00 00 06 00 70 17 00 00 00 0f 53 00 65 00 72 00 76 00
  65 00 72 00 02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00 01 00 0c 00 53 00 65 00 72 00 76 00
  65 00 72 00 00 00 00 00`.replace(/\s/g, '');

/** MS-NLMP 4.2.4.3; it has a VERSION and no MIC, so its payload begins at byte 72. */
export const NTLM_V2_AUTHENTICATE_MESSAGE: string = `
  4e 54 4c 4d 53 53 50 00 03 00 00 00 18 00 18 00 6c 00 00 00 54 00 54 00 84 00 00 00 0c 00 0c 00
  48 00 00 00 08 00 08 00 54 00 00 00 10 00 10 00 5c 00 00 00 10 00 10 00 d8 00 00 00 35 82 88 e2
  05 01 28 0a 00 00 00 0f 44 00 6f 00 6d 00 61 00 69 00 6e 00 55 00 73 00 65 00 72 00 43 00 4f 00
  4d 00 50 00 55 00 54 00 45 00 52 00 86 c3 50 97 ac 9c ec 10 25 54 76 4a 57 cc cc 19 aa aa aa aa
  aa aa aa aa 68 cd 0a b8 51 e5 1c 96 aa bc 92 7b eb ef 6a 1c 01 01 00 00 00 00 00 00 00 00 00 00
  00 00 00 00 aa aa aa aa aa aa aa aa 00 00 00 00 02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00
  01 00 0c 00 53 00 65 00 72 00 76 00 65 00 72 00 00 00 00 00 00 00 00 00 c5 da d2 54 4f c9 79 90
  94 ce 1c e9 0b c9 d0 3e`.replace(/\s/g, '');

/** MS-NLMP 4.2.4.3, the order of the pairs in both messages. */
export const NTLM_V2_AV_PAIRS = [
  { id: 2, value: fromHex('44006f006d00610069006e00') },
  { id: 1, value: fromHex('530065007200760065007200') },
];

/** MS-NLMP 4.2.4.4. */
export const NTLM_V2_WRAP = {
  plaintext: fromHex('50006c00610069006e007400650078007400'),
  sealKey: '59f600973cc4960a25480a7c196e4c58',
  signKey: '4788dc861b4782f35d43fd98fe1a2d39',
  data: '54e50165bf1936dc996020c1811b0f06fb5f',
  checksum: '70352851f2564309',
  signature: '010000007fb38ec5c55d497600000000',
};

/**
 * A challenge as a workgroup host of Windows Server 2022 writes it, by hand: the names of the host in its four AV_PAIRs, domain
 * before computer, then the time 2024-05-01T00:00:00Z.
 */
export const WINDOWS_CHALLENGE: string = `
  4e544c4d53535000 02000000 0e000e00 38000000 35828ae2 1122334455667788 0000000000000000 58005800 46000000 0a007c4f0000000f
  4e004f00440045002d0041003700
  0200 0e00 4e004f00440045002d0041003700
  0100 0e00 4e004f00440045002d0041003700
  0400 0e00 4e004f00440045002d0041003700
  0300 0e00 4e004f00440045002d0041003700
  0700 0800 008085825a9bda01
  0000 0000`.replace(/\s/g, '');
