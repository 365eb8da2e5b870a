/** An NTLM message for people: every field by name, and nothing that helps to guess a password or to open a sealed message. */

import { dataView, toHex } from '../../bytes.js';
import { decodeAuthenticateMessage } from './authenticate-message.js';
import type { AvName, AvPair } from './av-pairs.js';
import { AV_ID } from './av-pairs.js';
import { decodeChallengeMessage } from './challenge-message.js';
import { decodeFiletime, decodeNtlmV2Response } from './client-challenge.js';
import type { NegotiateFlag } from './flags.js';
import { flagNames } from './flags.js';
import type { Version } from './message.js';
import { decodeUnicode, messageType } from './message.js';
import { decodeNegotiateMessage } from './negotiate-message.js';

/** One AV_PAIR: text for names, an ISO date for MsvAvTimestamp, hexadecimal digits for the rest. */
export type AvPairDescription = { readonly name: AvName | `AvId ${number}`; readonly value: string };

/** A field of which only the length is shown. */
export type Hidden = { readonly bytes: number };

/** What {@link describeNtlmMessage} gives: plain data, ready for JSON. */
export type NtlmMessageDescription =
  | {
      readonly message: 'NEGOTIATE_MESSAGE';
      readonly negotiateFlags: readonly NegotiateFlag[];
      readonly domainName: string;
      readonly workstationName: string;
      readonly version: Version | null;
    }
  | {
      readonly message: 'CHALLENGE_MESSAGE';
      readonly negotiateFlags: readonly NegotiateFlag[];
      readonly targetName: string;
      readonly serverChallenge: string;
      readonly targetInfo: readonly AvPairDescription[] | null;
      readonly version: Version | null;
    }
  | {
      readonly message: 'AUTHENTICATE_MESSAGE';
      readonly negotiateFlags: readonly NegotiateFlag[];
      readonly domainName: string;
      readonly userName: string;
      readonly workstation: string;
      readonly lmChallengeResponse: Hidden;
      readonly ntChallengeResponse: Hidden;
      /** `null` when the NT response is not an NTLMv2_RESPONSE. */
      readonly clientChallenge: { readonly timestamp: string; readonly avPairs: readonly AvPairDescription[] } | null;
      readonly encryptedRandomSessionKey: Hidden;
      readonly version: Version | null;
      readonly mic: Hidden | null;
    };

/** The length of an NTLMv1 NT response (MS-NLMP 2.2.2.6); a longer one is of NTLMv2. */
const NTLM_RESPONSE_LENGTH = 24;

/**
 * The fields of any of the three NTLM messages. Responses and keys are given as their lengths only.
 *
 * @throws ProtocolError - it is no NTLM message, or a broken one
 *
 * @example
 * ```ts
 * import { describeNtlmMessage } from './describe.js';
 * declare const header: string;
 * const description = describeNtlmMessage(Buffer.from(header.slice('Negotiate '.length), 'base64'));
 * console.log(JSON.stringify(description, null, 2));
 * ```
 */
export function describeNtlmMessage(message: Uint8Array): NtlmMessageDescription {
  const describe = { 1: describeNegotiate, 2: describeChallenge, 3: describeAuthenticate }[messageType(message)];
  return describe(message);
}

function describeNegotiate(message: Uint8Array): NtlmMessageDescription {
  const { negotiateFlags, ...rest } = decodeNegotiateMessage(message);
  return { message: 'NEGOTIATE_MESSAGE', negotiateFlags: flagNames(negotiateFlags), ...rest };
}

function describeChallenge(message: Uint8Array): NtlmMessageDescription {
  const { negotiateFlags, targetName, serverChallenge, targetInfo, version } = decodeChallengeMessage(message);
  return {
    message: 'CHALLENGE_MESSAGE',
    negotiateFlags: flagNames(negotiateFlags),
    targetName,
    serverChallenge: toHex(serverChallenge),
    targetInfo: targetInfo?.map(describeAvPair) ?? null,
    version,
  };
}

function describeAuthenticate(message: Uint8Array): NtlmMessageDescription {
  const { negotiateFlags, domainName, userName, workstation, version, mic, ...secret } = decodeAuthenticateMessage(message);
  return {
    message: 'AUTHENTICATE_MESSAGE',
    negotiateFlags: flagNames(negotiateFlags),
    domainName,
    userName,
    workstation,
    lmChallengeResponse: hidden(secret.lmChallengeResponse),
    ntChallengeResponse: hidden(secret.ntChallengeResponse),
    clientChallenge: describeClientChallenge(secret.ntChallengeResponse),
    encryptedRandomSessionKey: hidden(secret.encryptedRandomSessionKey),
    version,
    mic: mic === null ? null : hidden(mic),
  };
}

function describeClientChallenge(response: Uint8Array): { timestamp: string; avPairs: AvPairDescription[] } | null {
  if (response.length <= NTLM_RESPONSE_LENGTH) return null;
  const { timestamp, avPairs } = decodeNtlmV2Response(response).clientChallenge;
  return { timestamp: decodeFiletime(timestamp).toISOString(), avPairs: avPairs.map(describeAvPair) };
}

function describeAvPair({ id, value }: AvPair): AvPairDescription {
  const name = (Object.keys(AV_ID) as AvName[]).find((known) => AV_ID[known] === id);
  switch (name) {
    case undefined:
      return { name: `AvId ${id}`, value: toHex(value) };
    case 'MsvAvTimestamp':
      return { name, value: decodeFiletime(value).toISOString() };
    case 'MsvAvFlags':
      return { name, value: `0x${dataView(value).getUint32(0, true).toString(16).padStart(8, '0')}` };
    case 'MsvAvChannelBindings':
    case 'MsvAvSingleHost':
      return { name, value: toHex(value) };
    default:
      return { name, value: decodeUnicode(value, name) };
  }
}

function hidden(value: Uint8Array): Hidden {
  return { bytes: value.length };
}
