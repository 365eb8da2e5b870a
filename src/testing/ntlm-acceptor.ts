/**
 * The host's side of an NTLM handshake (MS-NLMP 3.2.5.1), for the simulated host. It answers as Windows does, and is
 * stricter in one thing: it refuses a client without a MIC, which a client should send (3.1.5.1.2) and Windows does not demand.
 */

import { concat, equalConstantTime, utf16le } from '../bytes.js';
import { AuthError, ProtocolError } from '../errors.js';
import { channelBindingsHash } from '../auth/channel-binding.js';
import type { AuthenticateMessage } from '../auth/ntlm/authenticate-message.js';
import { MIC_OFFSET, decodeAuthenticateMessage } from '../auth/ntlm/authenticate-message.js';
import type { AvPair } from '../auth/ntlm/av-pairs.js';
import { AV_FLAG_MIC, avFlags, avPair, avValue } from '../auth/ntlm/av-pairs.js';
import { encodeChallengeMessage } from '../auth/ntlm/challenge-message.js';
import { decodeNtlmV2Response, encodeFiletime } from '../auth/ntlm/client-challenge.js';
import type { MechanismContext } from '../auth/security-context.js';
import { NtlmSide } from '../auth/ntlm/context.js';
import { computeMic, hmacMd5, ntHashOf, ntowfV2 } from '../auth/ntlm/crypto.js';
import { SEALING_FLAGS, exchangesKey, flagsOf, hasFlag, sealsMessages } from '../auth/ntlm/flags.js';
import { NTLMSSP_REVISION_W2K3 } from '../auth/ntlm/message.js';
import { decodeNegotiateMessage } from '../auth/ntlm/negotiate-message.js';
import { Rc4 } from '../auth/ntlm/rc4.js';
import { SessionSecurity } from '../auth/ntlm/sealing.js';

/** What {@link createNtlmAcceptor} needs. */
export type NtlmAcceptorOptions = {
  /** The NetBIOS name of the host. */
  readonly computerName: string;
  /** The NetBIOS name of its domain; a host without one is in a workgroup. */
  readonly domainName?: string;
  /** The password of an account, `null` when there is none; how names compare is for this function to say. */
  readonly findPassword: (username: string, domain: string) => string | null;
  /** The application data of the host's TLS channel, as the client must have bound it; `null` over HTTP. */
  readonly channelBinding: Uint8Array | null;
  /** WinRM's CbtHardeningLevel: `relaxed` refuses a wrong binding, `strict` a missing one too, `none` neither. */
  readonly cbt: 'none' | 'relaxed' | 'strict';
  /** Random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** The host's clock. */
  readonly now: () => Date;
};

/** The host's side of one connection. */
export interface NtlmAcceptor extends MechanismContext {
  /** Who has logged on, as the client spelled it; `null` before that. */
  readonly user: { readonly username: string; readonly domain: string } | null;
}

/** What the host grants to a client that asks for it. */
const SUPPORTED_FLAGS = flagsOf(
  ...SEALING_FLAGS,
  'NTLMSSP_NEGOTIATE_56',
  'NTLMSSP_NEGOTIATE_UNICODE',
  'NTLMSSP_NEGOTIATE_VERSION',
);

/** Windows Server 2022. */
const VERSION = { productMajorVersion: 10, productMinorVersion: 0, productBuild: 20348, ntlmRevisionCurrent: NTLMSSP_REVISION_W2K3 } as const;

/**
 * The acceptor of one NTLM handshake: NTLMv2 with a MIC only, no anonymous user, channel bindings as WinRM is set. The first `step`
 * takes the NEGOTIATE_MESSAGE and gives the CHALLENGE_MESSAGE, the second takes the AUTHENTICATE_MESSAGE and gives `null`.
 */
export function createNtlmAcceptor(options: NtlmAcceptorOptions): NtlmAcceptor {
  return new Acceptor(options);
}

class Acceptor extends NtlmSide implements NtlmAcceptor {
  readonly #options: NtlmAcceptorOptions;
  readonly #serverChallenge: Uint8Array;
  #state: 'new' | 'challenged' | 'complete' | 'failed' = 'new';
  #negotiate: Uint8Array = new Uint8Array();
  #challenge: Uint8Array = new Uint8Array();
  #user: NtlmAcceptor['user'] = null;

  constructor(options: NtlmAcceptorOptions) {
    super();
    this.#options = options;
    this.#serverChallenge = options.random(8);
  }

  override get complete(): boolean {
    return this.#state === 'complete';
  }

  get user(): NtlmAcceptor['user'] {
    return this.#user;
  }

  override step(token: Uint8Array | null): Uint8Array | null {
    const state = this.#state;
    if (state === 'complete' || state === 'failed') {
      throw new ProtocolError(`The NTLM handshake is over (${state}), but the client sent one more token`);
    }
    this.#state = 'failed';
    if (token === null) throw new ProtocolError('The client sent no NTLM token');
    if (state === 'new') {
      this.#challenge = this.#answer(token);
      this.#state = 'challenged';
      return this.#challenge;
    }
    this.#accept(token);
    this.#state = 'complete';
    return null;
  }

  /** MS-NLMP 3.2.5.1.1. */
  #answer(negotiate: Uint8Array): Uint8Array {
    const { computerName, domainName, now } = this.#options;
    const { negotiateFlags } = decodeNegotiateMessage(negotiate);
    // A client in wide use (Python's ntlm-auth) offers OEM alone and then speaks the Unicode it is granted.
    if (!hasFlag(negotiateFlags, 'NTLMSSP_NEGOTIATE_UNICODE') && !hasFlag(negotiateFlags, 'NTLM_NEGOTIATE_OEM')) {
      throw new AuthError('The NTLM client offers neither Unicode nor OEM');
    }
    this.#negotiate = negotiate;
    const own = flagsOf(
      'NTLMSSP_NEGOTIATE_UNICODE',
      'NTLMSSP_REQUEST_TARGET',
      'NTLMSSP_NEGOTIATE_NTLM',
      'NTLMSSP_NEGOTIATE_ALWAYS_SIGN',
      'NTLMSSP_NEGOTIATE_TARGET_INFO',
      domainName === undefined ? 'NTLMSSP_TARGET_TYPE_SERVER' : 'NTLMSSP_TARGET_TYPE_DOMAIN',
    );
    const domain = domainName ?? computerName;
    return encodeChallengeMessage({
      negotiateFlags: ((negotiateFlags & SUPPORTED_FLAGS) | own) >>> 0,
      targetName: domain,
      serverChallenge: this.#serverChallenge,
      targetInfo: [
        avPair('MsvAvNbDomainName', utf16le(domain)),
        avPair('MsvAvNbComputerName', utf16le(computerName)),
        avPair('MsvAvDnsDomainName', utf16le(domain)),
        avPair('MsvAvDnsComputerName', utf16le(computerName)),
        avPair('MsvAvTimestamp', encodeFiletime(now())),
      ],
      version: VERSION,
    });
  }

  /** MS-NLMP 3.2.5.1.2. */
  #accept(token: Uint8Array): void {
    const authenticate = decodeAuthenticateMessage(token);
    if (authenticate.userName === '') throw new AuthError('The NTLM client wants to log on anonymously');
    if (authenticate.ntChallengeResponse.length <= 24) throw new AuthError('The NTLM client sent no NTLMv2 response');
    const { avPairs } = decodeNtlmV2Response(authenticate.ntChallengeResponse).clientChallenge;
    const exportedSessionKey = this.#exportedSessionKey(authenticate);
    this.#checkMic(token, authenticate, avPairs, exportedSessionKey);
    this.#checkChannelBindings(avPairs);
    if (sealsMessages(authenticate.negotiateFlags)) this.session = new SessionSecurity(exportedSessionKey, 'server');
    this.#user = { username: authenticate.userName, domain: authenticate.domainName };
  }

  /** Verifies the NTLMv2 response (MS-NLMP 3.3.2) against the account's password; what results is the key that protects the session. */
  #exportedSessionKey({ userName, domainName, ntChallengeResponse, encryptedRandomSessionKey, negotiateFlags }: AuthenticateMessage): Uint8Array {
    const password = this.#options.findPassword(userName, domainName);
    if (password === null) throw refused();
    const responseKeyNT = ntowfV2(ntHashOf(password), userName, domainName);
    const expected = hmacMd5(responseKeyNT, concat(this.#serverChallenge, ntChallengeResponse.subarray(16)));
    if (!equalConstantTime(expected, ntChallengeResponse.subarray(0, 16))) throw refused();
    const sessionBaseKey = hmacMd5(responseKeyNT, expected);
    if (!exchangesKey(negotiateFlags)) return sessionBaseKey;
    if (encryptedRandomSessionKey.length !== 16) throw new ProtocolError('The NTLM EncryptedRandomSessionKey is not 16 bytes long');
    return new Rc4(sessionBaseKey).process(encryptedRandomSessionKey);
  }

  /** The challenge has a timestamp, so a client that knows its trade sends a MIC (MS-NLMP 3.1.5.1.2). */
  #checkMic(token: Uint8Array, { mic }: AuthenticateMessage, avPairs: readonly AvPair[], exportedSessionKey: Uint8Array): void {
    if (mic === null || (avFlags(avPairs) & AV_FLAG_MIC) === 0) throw new AuthError('The NTLM client sent no MIC');
    const authenticate = token.slice();
    authenticate.fill(0, MIC_OFFSET, MIC_OFFSET + 16);
    const expected = computeMic(exportedSessionKey, { negotiate: this.#negotiate, challenge: this.#challenge, authenticate });
    if (!equalConstantTime(mic, expected)) throw new AuthError('The NTLM MIC is wrong: a message of the handshake was changed on its way');
  }

  #checkChannelBindings(avPairs: readonly AvPair[]): void {
    const { channelBinding, cbt } = this.#options;
    if (channelBinding === null || cbt === 'none') return;
    const sent = avValue(avPairs, 'MsvAvChannelBindings');
    if (sent === null || sent.every((byte) => byte === 0)) {
      if (cbt === 'strict') throw new AuthError('The NTLM client sent no channel binding, and this host demands one');
    } else if (!equalConstantTime(sent, channelBindingsHash(channelBinding))) {
      throw new AuthError('The NTLM channel binding is of another TLS channel');
    }
  }
}

/** One error for both, as Windows has it: who asks does not learn which accounts exist. */
function refused(): AuthError {
  return new AuthError('The user name or the password is wrong');
}
