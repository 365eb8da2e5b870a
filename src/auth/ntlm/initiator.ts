/** The client's side of an NTLM handshake (MS-NLMP 3.1.5.1). */

import { concat, uint32le, utf16le } from '../../bytes.js';
import { AuthError, ProtocolError, UsageError } from '../../errors.js';
import { channelBindingsHash } from '../channel-binding.js';
import { MIC_OFFSET, encodeAuthenticateMessage } from './authenticate-message.js';
import type { AvPair } from './av-pairs.js';
import { AV_FLAG_MIC, AV_FLAG_UNTRUSTED_TARGET, AV_ID, avFlags, avPair, avValue } from './av-pairs.js';
import type { ChallengeMessage } from './challenge-message.js';
import { decodeChallengeMessage } from './challenge-message.js';
import { encodeClientChallenge, encodeFiletime } from './client-challenge.js';
import { computeMic, computeNtProofStr, computeSessionBaseKey, ntHashOf, ntowfV2 } from './crypto.js';
import type { MechanismContext } from '../security-context.js';
import { NtlmSide } from './context.js';
import type { NegotiateFlag } from './flags.js';
import { SEALING_FLAGS, flagsOf, hasFlag } from './flags.js';
import type { Version } from './message.js';
import { NTLMSSP_REVISION_W2K3, decodeUnicode } from './message.js';
import { encodeNegotiateMessage } from './negotiate-message.js';
import { Rc4 } from './rc4.js';
import { SessionSecurity } from './sealing.js';
import { ntlmUserName } from './user-name.js';

/** Who logs on: a user name in any form of {@link ntlmUserName}, and a password or the NT hash of one (16 bytes). */
export type NtlmCredentials =
  | { readonly username: string; readonly password: string }
  | { readonly username: string; readonly ntHash: Uint8Array };

/** What {@link createNtlmInitiator} needs. */
export type NtlmInitiatorOptions = {
  readonly credentials: NtlmCredentials;
  /** The application data of the TLS channel to bind to: ASCII `tls-server-end-point:` and the certificate's hash; `null` over HTTP. */
  readonly channelBinding: Uint8Array | null;
  /** The service asked for, sent as MsvAvTargetName, for example `HTTP/hv01`; empty when it is not given. */
  readonly targetName?: string;
  /**
   * Whether `targetName` comes from someone who is not trusted, as a redirect or DNS, and not from the user: a host that compares the
   * name with its own is then told so. Default `false`.
   */
  readonly unverifiedTargetName?: boolean;
  /** The name of this computer, for the host's log; empty when it is not given. */
  readonly workstation?: string;
  /** Cryptographically strong random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** The present time; sent only to a host whose challenge tells none. */
  readonly now: () => Date;
};

const OFFERED_FLAGS = flagsOf(
  ...SEALING_FLAGS,
  'NTLMSSP_NEGOTIATE_56',
  'NTLMSSP_NEGOTIATE_UNICODE',
  'NTLMSSP_NEGOTIATE_NTLM',
  'NTLMSSP_NEGOTIATE_ALWAYS_SIGN',
  'NTLMSSP_NEGOTIATE_TARGET_INFO',
  'NTLMSSP_NEGOTIATE_VERSION',
  'NTLMSSP_REQUEST_TARGET',
);

/** Without these there is no NTLMv2 or only weak keys. Signing and sealing, too, over HTTPS: SPNEGO and CredSSP protect themselves with them. */
const REQUIRED_FLAGS: readonly NegotiateFlag[] = [...SEALING_FLAGS, 'NTLMSSP_NEGOTIATE_UNICODE', 'NTLMSSP_NEGOTIATE_TARGET_INFO'];

/** The revision of NTLM and no product: this is not Windows. */
const VERSION: Version = { productMajorVersion: 0, productMinorVersion: 0, productBuild: 0, ntlmRevisionCurrent: NTLMSSP_REVISION_W2K3 };

/** What the client itself says in the AV_PAIRs; the host's own values of these are replaced. */
const CLIENT_PAIRS: readonly number[] = [AV_ID.MsvAvFlags, AV_ID.MsvAvSingleHost, AV_ID.MsvAvChannelBindings, AV_ID.MsvAvTargetName];
/** And of MsvAvFlags. */
const CLIENT_FLAGS = AV_FLAG_MIC | AV_FLAG_UNTRUSTED_TARGET;

/**
 * The initiator of one NTLM handshake: NTLMv2 only, with a MIC over the whole handshake, and sealing with fresh 128-bit keys. It
 * never falls back: a host that does not grant what is needed is refused. `step(null)` gives the NEGOTIATE_MESSAGE,
 * `step(challenge)` the AUTHENTICATE_MESSAGE, after which it is complete.
 *
 * The MIC is sent even to a host without a timestamp in its challenge: one that does not know it skips it. The LM response is always
 * 24 zeros, since an LMv2 response proves nothing that the NTLMv2 response does not.
 *
 * @throws UsageError - the user name is empty, or `ntHash` is not 16 bytes long
 *
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import { createNtlmInitiator } from './initiator.js';
 * declare const challengeOfTheHost: Uint8Array, request: Uint8Array, password: string;
 * const context = createNtlmInitiator({
 *   credentials: { username: 'HV01\\operator', password },
 *   channelBinding: null,
 *   random: randomBytes,
 *   now: () => new Date(),
 * });
 * const negotiate = context.step(null);
 * const authenticate = context.step(challengeOfTheHost);
 * const { signature, data } = context.wrap(request);
 * ```
 */
export function createNtlmInitiator(options: NtlmInitiatorOptions): MechanismContext {
  return new NtlmInitiator(options);
}

class NtlmInitiator extends NtlmSide {
  #options: NtlmInitiatorOptions;
  #state: 'new' | 'negotiating' | 'complete' | 'failed' = 'new';
  #negotiate: Uint8Array = new Uint8Array();

  constructor(options: NtlmInitiatorOptions) {
    super();
    const { credentials } = options;
    ntlmUserName(credentials.username, '');
    if ('ntHash' in credentials && credentials.ntHash.length !== 16) {
      throw new UsageError(`The NT hash is ${credentials.ntHash.length} bytes long; it must be 16`);
    }
    this.#options = options;
  }

  override get complete(): boolean {
    return this.#state === 'complete';
  }

  override step(token: Uint8Array | null): Uint8Array {
    if (this.#state === 'new') {
      if (token !== null) throw new ProtocolError('The host sent an NTLM token before this client had sent its first');
      this.#state = 'negotiating';
      this.#negotiate = encodeNegotiateMessage(OFFERED_FLAGS, VERSION);
      return this.#negotiate;
    }
    if (this.#state !== 'negotiating') throw new ProtocolError(`The NTLM handshake is over (${this.#state}), but there was one more step`);
    this.#state = 'failed';
    if (token === null) throw new ProtocolError('The host answered the NTLM NEGOTIATE_MESSAGE without a CHALLENGE_MESSAGE');
    const authenticate = this.#authenticate(token);
    // The connection may live for hours, and needs the password no more.
    this.#options = { ...this.#options, credentials: { username: '', password: '' } };
    this.#state = 'complete';
    return authenticate;
  }

  #authenticate(token: Uint8Array): Uint8Array {
    const { credentials, random, workstation } = this.#options;
    const challenge = decodeChallengeMessage(token);
    const targetInfo = this.#requireFeatures(challenge);
    const computerName = decodeUnicode(avValue(targetInfo, 'MsvAvNbComputerName')!, 'MsvAvNbComputerName');
    const { userName, domainName } = ntlmUserName(credentials.username, computerName);

    const ntHash = 'ntHash' in credentials ? credentials.ntHash : ntHashOf(credentials.password);
    const responseKeyNT = ntowfV2(ntHash, userName, domainName);
    const temp = this.#clientChallenge(targetInfo);
    const ntProofStr = computeNtProofStr(responseKeyNT, challenge.serverChallenge, temp);
    const keyExchangeKey = computeSessionBaseKey(responseKeyNT, ntProofStr);

    const negotiateFlags = (OFFERED_FLAGS & challenge.negotiateFlags) >>> 0;
    const exportedSessionKey = random(16);
    const authenticate = encodeAuthenticateMessage({
      negotiateFlags,
      domainName,
      userName,
      workstation: workstation ?? '',
      lmChallengeResponse: new Uint8Array(24),
      ntChallengeResponse: concat(ntProofStr, temp),
      encryptedRandomSessionKey: new Rc4(keyExchangeKey).process(exportedSessionKey),
      version: hasFlag(negotiateFlags, 'NTLMSSP_NEGOTIATE_VERSION') ? VERSION : null,
      mic: new Uint8Array(16),
    });
    authenticate.set(computeMic(exportedSessionKey, { negotiate: this.#negotiate, challenge: token, authenticate }), MIC_OFFSET);
    this.session = new SessionSecurity(exportedSessionKey, 'client');
    return authenticate;
  }

  /** Refuses a host that is too weak (MS-NLMP 3.1.5.1.2); returns its TargetInfo, which then holds both NetBIOS names. */
  #requireFeatures({ negotiateFlags, targetInfo }: ChallengeMessage): readonly AvPair[] {
    const missing = REQUIRED_FLAGS.filter((flag) => !hasFlag(negotiateFlags, flag));
    if (missing.length > 0) {
      throw new AuthError(`The host's NTLM challenge does not grant ${missing.join(', ')}; this client does not log on with less`);
    }
    for (const name of ['MsvAvNbComputerName', 'MsvAvNbDomainName'] as const) {
      if (avValue(targetInfo ?? [], name) === null) throw new AuthError(`The host's NTLM challenge does not tell its ${name}`);
    }
    return targetInfo ?? [];
  }

  #clientChallenge(targetInfo: readonly AvPair[]): Uint8Array {
    const { channelBinding, now, random, targetName = '', unverifiedTargetName = false } = this.#options;
    const untrusted = targetName !== '' && unverifiedTargetName ? AV_FLAG_UNTRUSTED_TARGET : 0;
    const hostFlags = avFlags(targetInfo) & ~CLIENT_FLAGS;
    return encodeClientChallenge({
      timestamp: avValue(targetInfo, 'MsvAvTimestamp') ?? encodeFiletime(now()),
      challengeFromClient: random(8),
      avPairs: [
        ...targetInfo.filter(({ id }) => !CLIENT_PAIRS.includes(id)),
        avPair('MsvAvFlags', uint32le(hostFlags | AV_FLAG_MIC | untrusted)),
        avPair('MsvAvChannelBindings', channelBindingsHash(channelBinding)),
        avPair('MsvAvTargetName', utf16le(targetName)),
      ],
    });
  }
}
