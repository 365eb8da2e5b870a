/** RFC 3961 §A.1: n-fold. */
export const N_FOLD = [
  { text: '012345', bits: 64, folded: 'be072631276b1955' },
  { text: 'password', bits: 56, folded: '78a07b6caf85fa' },
  { text: 'Rough Consensus, and Running Code', bits: 64, folded: 'bb6ed30870b7f0e0' },
  { text: 'password', bits: 168, folded: '59e4a8ca7c0385c3c37b3f6d2000247cb6e6bd5b3e' },
  { text: 'MASSACHVSETTS INSTITVTE OF TECHNOLOGY', bits: 192, folded: 'db3b0d8f0b061e603282b308a50841229ad798fab9540c1b' },
  { text: 'Q', bits: 168, folded: '518a54a215a8452a518a54a215a8452a518a54a215' },
  { text: 'ba', bits: 168, folded: 'fb25d531ae8974499f52fd92ea9857c4ba24cf297e' },
  { text: 'kerberos', bits: 64, folded: '6b65726265726f73' },
  { text: 'kerberos', bits: 128, folded: '6b65726265726f737b9b5b2b93132b93' },
  { text: 'kerberos', bits: 168, folded: '8372c236344e5f1550cd0747e15d62ca7a5a3bcea4' },
  { text: 'kerberos', bits: 256, folded: '6b65726265726f737b9b5b2b93132b935c9bdcdad95c9899c4cae4dee6d6cae4' },
] as const;

/** RFC 3962 Appendix B: string-to-key of aes128 and aes256-cts-hmac-sha1-96. */
export const AES_SHA1_STRING_TO_KEY = [
  {
    iterations: 1,
    password: 'password',
    salt: 'ATHENA.MIT.EDUraeburn',
    aes128: '42263c6e89f4fc28b8df68ee09799f15',
    aes256: 'fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161',
  },
  {
    iterations: 2,
    password: 'password',
    salt: 'ATHENA.MIT.EDUraeburn',
    aes128: 'c651bf29e2300ac27fa469d693bdda13',
    aes256: 'a2e16d16b36069c135d5e9d2e25f896102685618b95914b467c67622225824ff',
  },
  {
    iterations: 1200,
    password: 'password',
    salt: 'ATHENA.MIT.EDUraeburn',
    aes128: '4c01cd46d632d01e6dbe230a01ed642a',
    aes256: '55a6ac740ad17b4846941051e1e8b0a7548d93b0ab30a8bc3ff16280382b8c2a',
  },
  {
    iterations: 5,
    password: 'password',
    salt: '\x12\x34\x56\x78\x78\x56\x34\x12',
    aes128: 'e9b23d52273747dd5c35cb55be619d8e',
    aes256: '97a4e786be20d81a382d5ebc96d5909cabcdadc87ca48f574504159f16c36e31',
  },
  {
    iterations: 1200,
    password: 'X'.repeat(64),
    salt: 'pass phrase equals block size',
    aes128: '59d1bb789a828b1aa54ef9c2883f69ed',
    aes256: '89adee3608db8bc71f1bfbfe459486b05618b70cbae22092534e56c553ba4b34',
  },
  {
    iterations: 1200,
    password: 'X'.repeat(65),
    salt: 'pass phrase exceeds block size',
    aes128: 'cb8005dc5f90179a7f02104c0018751d',
    aes256: 'd78c5c9cb872a8c9dad4697f0bb5b2d21496c82beb2caeda2112fceea057401b',
  },
  {
    iterations: 50,
    password: '\u{1d11e}',
    salt: 'EXAMPLE.COMpianist',
    aes128: 'f149c1f2e154a73452d43e7fe62a56e5',
    aes256: '4b6d9839f84406df1f09cc166db4b83c571848b784a3d6bdc346589a3e393f9e',
  },
] as const;

/** RFC 3962 Appendix B: CBC with ciphertext stealing. The inputs are the beginnings of one text. */
export const CTS = {
  key: 'chicken teriyaki',
  text: "I would like the General Gau's Chicken, please, and wonton soup.",
  ciphertexts: [
    'c6353568f2bf8cb4d8a580362da7ff7f97',
    'fc00783e0efdb2c1d445d4c8eff7ed2297687268d6ecccc0c07b25e25ecfe5',
    '39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584',
    '97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e39312523a78662d5be7fcbcc98ebf5',
    '97687268d6ecccc0c07b25e25ecfe5849dad8bbb96c4cdc03bc103e1a194bbd839312523a78662d5be7fcbcc98ebf5a8',
    '97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a84807efe836ee89a526730dbc2f7bc8409dad8bbb96c4cdc03bc103e1a194bbd8',
  ],
} as const;

/** RFC 8009 Appendix A. String-to-key has 32768 iterations; checksums and encryptions have key usage 2. */
export const AES_SHA2 = {
  password: 'password',
  /** The random octets, then "ATHENA.MIT.EDUraeburn". */
  salt: '10df9dd783e5bc8acea1730e74355f61415448454e412e4d49542e4544557261656275726e',
  parameters: '00008000',
  usage: 2,
  checksummed: '000102030405060708090a0b0c0d0e0f1011121314',
  etypes: [
    {
      etype: 'aes128-cts-hmac-sha256-128',
      stringToKey: '089bca48b105ea6ea77ca5d2f39dc5e7',
      key: '3705d96080c17728a0e800eab6e0d23c',
      checksum: 'd78367186643d67b411cba9139fc1dee',
      ciphertexts: [
        { confounder: '7e5895eaf2672435bad817f545a37148', plaintext: '', ciphertext: 'ef85fb890bb8472f4dab20394dca781dad877eda39d50c870c0d5a0a8e48c718' },
        { confounder: '7bca285e2fd4130fb55b1a5c83bc5b24', plaintext: '000102030405', ciphertext: '84d7f30754ed987bab0bf3506beb09cfb55402cef7e6877ce99e247e52d16ed4421dfdf8976c' },
        {
          confounder: '56ab21713ff62c0a1457200f6fa9948f',
          plaintext: '000102030405060708090a0b0c0d0e0f',
          ciphertext: '3517d640f50ddc8ad3628722b3569d2ae07493fa8263254080ea65c1008e8fc295fb4852e7d83e1e7c48c37eebe6b0d3',
        },
        {
          confounder: 'a7a4e29a4728ce10664fb64e49ad3fac',
          plaintext: '000102030405060708090a0b0c0d0e0f1011121314',
          ciphertext: '720f73b18d9859cd6ccb4346115cd336c70f58edc0c4437c5573544c31c813bce1e6d072c186b39a413c2f92ca9b8334a287ffcbfc',
        },
      ],
    },
    {
      etype: 'aes256-cts-hmac-sha384-192',
      stringToKey: '45bd806dbf6a833a9cffc1c94589a222367a79bc21c413718906e9f578a78467',
      key: '6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52',
      checksum: '45ee791567eefca37f4ac1e0222de80d43c3bfa06699672a',
      ciphertexts: [
        { confounder: 'f764e9fa15c276478b2c7d0c4e5f58e4', plaintext: '', ciphertext: '41f53fa5bfe7026d91faf9be959195a058707273a96a40f0a01960621ac612748b9bbfbe7eb4ce3c' },
        { confounder: 'b80d3251c1f6471494256ffe712d0b9a', plaintext: '000102030405', ciphertext: '4ed7b37c2bcac8f74f23c1cf07e62bc7b75fb3f637b9f559c7f664f69eab7b6092237526ea0d1f61cb20d69d10f2' },
        {
          confounder: '53bf8a0d105265d4e276428624ce5e63',
          plaintext: '000102030405060708090a0b0c0d0e0f',
          ciphertext: 'bc47ffec7998eb91e8115cf8d19dac4bbbe2e163e87dd37f49beca92027764f68cf51f14d798c2273f35df574d1f932e40c4ff255b36a266',
        },
        {
          confounder: '763e65367e864f02f55153c7e3b58af1',
          plaintext: '000102030405060708090a0b0c0d0e0f1011121314',
          ciphertext: '40013e2df58e8751957d2878bcd2d6fe101ccfd556cb1eae79db3c3ee86429f2b2a602ac86fef6ecb647d6295fae077a1feb517508d2c16b4192e01f62',
        },
      ],
    },
  ],
} as const;

/** RFC 4757 §2: the key of the password "foo". */
export const RC4_STRING_TO_KEY = { password: 'foo', key: 'ac8e657f83df82beea5d43bdaf7800cc' } as const;

/**
 * What libkrb5 1.20.1 of MIT made: keys with krb5_c_string_to_key_with_params, ciphertexts of the beginnings of `text` with
 * krb5_c_encrypt, and checksums of the whole of it with krb5_c_make_checksum. The confounders, which it draws at random, were
 * found by decrypting; that they are right shows in the ciphertexts, which no others give.
 */
export const LIBKRB5 = {
  password: 'Z\u00fcrich?',
  salt: 'EXAMPLE.COMhv01admin',
  text: 'The migration of a virtual machine failed at the destination host.',
} as const;

/** See {@link LIBKRB5}. */
export const LIBKRB5_ETYPES = [
  {
    etype: 'aes256-cts-hmac-sha1-96',
    key: '202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f',
    stringToKey: 'fca00da4880fa958bf5f1462d9306c475a785d3eced9c48b2757a9f0897645a3',
    ciphertexts: [
      { usage: 3, length: 0, confounder: '2305d000bb2f37000f3798c424cb8e5a', ciphertext: 'b9ef0a00c28a35ccca0e87c04753c4446b38499cfd9ec9db07be9dbf' },
      { usage: 11, length: 7, confounder: 'de5270e0afb92ea02c855643fb59c630', ciphertext: 'c9c46d74424ba10dc1cb6e6969cfccaa98af04850764b89d875b296a12d6467406ea1c' },
      { usage: 9, length: 16, confounder: '7610616c742a5e9a559544261d6fa2e8', ciphertext: '792eb5787b3fa173dc68a886ce8583b9e4a010db4be5ccf642ebaf7e299be925c8df6c36ffc0fc75e50148eb' },
      { usage: 2, length: 33, confounder: 'b73edd97ebda346ae8e8664c2a3f3cdd', ciphertext: 'b492a757c45192f852dfff2085ae198623c10cace9a1f17d1605f5a333557c95bf01df8e65cdc3af982427be46f869a3e8f7850a4b7fe46dd9b7897725' },
      { usage: 24, length: 66, confounder: 'bbdd2a20ae731ad9cac9f4769182130b', ciphertext: '37b242cee680f1e8c78698c7c0253e9c7e8cc7f027be1d2d3703b97e374b190a3255d9b57368de49bc361b502990daef6023b94df625b9441444aeeffe33cbbeee2a543bb614b25c891ff274145ae2a24dd7af4cebf6c8f51b55268bd2ca' },
    ],
    checksums: [
      { usage: 6, checksum: 'ea70ab4b902dd0d2a1414898' },
      { usage: 10, checksum: '4a2ad4789ddb3677b1c8e9ea' },
      { usage: 23, checksum: 'd7a30d85f745c4bc514f45eb' },
      { usage: 25, checksum: '52d7c48c90a57c3f9788c1c5' },
    ],
  },
  {
    etype: 'aes128-cts-hmac-sha1-96',
    key: '101112131415161718191a1b1c1d1e1f',
    stringToKey: '680610131c856df2f142bc77e5d96563',
    ciphertexts: [
      { usage: 3, length: 0, confounder: '75d7140c25270ef1a9c56461f6a4d2c5', ciphertext: '52e71c2234ac77f25deddbafbc2031b766db3e4feb70ae2c7836aeed' },
      { usage: 11, length: 7, confounder: 'fa54293d268fe28805f6a9853ed0d679', ciphertext: '472f0a2fb556b6715cc940423ad27c8908567190dbd4e718e1cc9bae956a0be87973ed' },
      { usage: 9, length: 16, confounder: '4ef1e6dd425037aaa802a29609ac86a6', ciphertext: '4974100a999664f9abde7d7df9f8c20780e9b11726f34572b0dd428186707416ddd170ffd11856e77ff02754' },
      { usage: 2, length: 33, confounder: '2c68b5c8dc45d09594eb52fdf04f4cef', ciphertext: '9aeffbd88dcf6ab3c1f21b45a5c280cf363dd5e350219cbf8c16fb3a1ec695c47129c4044ceaebcd446e20182d44450b7c9193fbe3a03698bef3522cb3' },
      { usage: 24, length: 66, confounder: '2385cf92e541a2344eb0216d4b707bb8', ciphertext: '1198aff475d7aeba59cc7cef3d643aca608d655e27129e19229be7c6f6fc4e56e5485abc07a426e5a0f74a43abfbea9d6021896dfa2edacf492b58bfe1d9ea52bacaca9c1b324c5b782594be683860a90c01d689a9db5239ef6f22d0da13' },
    ],
    checksums: [
      { usage: 6, checksum: '8ab0cf87b174553f82ae8639' },
      { usage: 10, checksum: 'e4f3e8cc2af49934f2ca46a6' },
      { usage: 23, checksum: 'e82d53830f897fc453f458e3' },
      { usage: 25, checksum: '23f4457d107311242f97c43e' },
    ],
  },
  {
    etype: 'aes256-cts-hmac-sha384-192',
    key: '404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f',
    stringToKey: 'f7a2a0b0937fc3fa7950578c4e4faa0c455a6c688d0721eea065e4a437848726',
    ciphertexts: [
      { usage: 24, length: 66, confounder: 'ecef1552f061cff9831659630332c89f', ciphertext: 'a81fd2b38c75b9efebc702e39197e5b84105715e0951c79139685ef988425101b3fbc9e26df84be023b8f8496b360d964fa7ed5d86bb719a06983708906861d05b3d04729ccf2059c29e8944b14bd294a424e0b8c5d446b21ca1383190df8888f1e6307855f55bc97413' },
    ],
    checksums: [
      { usage: 6, checksum: 'be7613492a04f4dca3d737bc1d7d607f04c80e937ab7bfdc' },
    ],
  },
  {
    etype: 'aes128-cts-hmac-sha256-128',
    key: '303132333435363738393a3b3c3d3e3f',
    stringToKey: '6cd4ee839e3f04f6d92ed7d85e8f6773',
    ciphertexts: [
      { usage: 24, length: 66, confounder: '8826462a3735d79951e7fd699a3e9383', ciphertext: '8d76dd11333431a7abbc6df1ff8cac9fede3ab2b43eeb4b71adaa14cc65cc866974e4255b95cfa3560c7c64ccdb250415ca1c3679c59a276dbb5b310ab47728c98d032cc4b22dea9a3cac0b49f9e97c9a721d9f8868f9667088a2a02ed36b55f3c1f' },
    ],
    checksums: [
      { usage: 6, checksum: '6123288eeef9af4fedfffa25c2392ed6' },
    ],
  },
  {
    etype: 'rc4-hmac',
    key: '606162636465666768696a6b6c6d6e6f',
    stringToKey: '3f09acd65707f921b5b1467d66ab93a8',
    ciphertexts: [
      { usage: 3, length: 0, confounder: 'd39a192d5772f454', ciphertext: '8549bf3edc8d45078c10a9d0b40dd614906ea0a4e8db465c' },
      { usage: 11, length: 7, confounder: '6b35ee1448f5aa91', ciphertext: '0da90e78747e5f868a4657951beaf695114eff43919e41128ac3bd54981524' },
      { usage: 9, length: 16, confounder: '82c8faf723ef9c94', ciphertext: '0ee05c9eb03a55c42994cc0ccc2a97326bb61624f4b2bd1060ea1b353d8e380fb3acf978853ca817' },
      { usage: 2, length: 33, confounder: 'a7f56f8110e16ff5', ciphertext: '373da8cfe570f26be79e11eb5ed102de0dfc58877d91dfae8038f4b8381265a26fd93c8f09dd3e829aeefb55ca8628fc8646fc319eb5e05b9f' },
      { usage: 24, length: 66, confounder: '9bc44277673964ae', ciphertext: 'b1fef58996bdf2bac0d22d4ad5bb4cf95a728642b0cbee1e6e5eaa4174ccc2aebd3c9bbf720306de534ab07a726ba37563bc058cba0c0bc46357ae0778f0f0e7afe33ef39efe2067708e1f500bdeb9540694ec1c52baf669a6b6' },
    ],
    checksums: [
      { usage: 6, checksum: 'aef35de092fa9ea050b43e228f143e62' },
      { usage: 10, checksum: '12b01f087e18b66f2fe2cdb298693394' },
      { usage: 23, checksum: '29fcbb29247fd4b416710fd278692108' },
      { usage: 25, checksum: '804a8b81339acca8ed83c8b304fcf468' },
    ],
  },
] as const;
