/** AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3): the client names the user and proves that it knows the password. */

import { dataView } from '../../bytes.js';
import type { Version } from './message.js';
import { assemble, decodeText, encodeText, expectMessage, readField, readVersion, writeVersion } from './message.js';

/** The fields of an AUTHENTICATE_MESSAGE. */
export type AuthenticateMessage = {
  readonly negotiateFlags: number;
  readonly domainName: string;
  readonly userName: string;
  readonly workstation: string;
  readonly lmChallengeResponse: Uint8Array;
  readonly ntChallengeResponse: Uint8Array;
  /** Empty without NTLMSSP_NEGOTIATE_KEY_EXCH. */
  readonly encryptedRandomSessionKey: Uint8Array;
  readonly version: Version | null;
  /** 16 bytes; `null` when the payload leaves no room for it. Whether it counts is told by MsvAvFlags in the NT response. */
  readonly mic: Uint8Array | null;
};

/** Where the 16 bytes of the MIC stand. */
export const MIC_OFFSET = 72;

const HEADER_LENGTH = MIC_OFFSET + 16;
/** Up to NegotiateFlags: VERSION and MIC came later. */
const SHORTEST_LENGTH = 64;

const FIELDS = {
  LmChallengeResponse: 12,
  NtChallengeResponse: 20,
  DomainName: 28,
  UserName: 36,
  Workstation: 44,
  EncryptedRandomSessionKey: 52,
} as const;

/**
 * An AUTHENTICATE_MESSAGE as bytes; the values stand in the order that Windows writes. With `mic: null` there is no MIC field and
 * the payload begins at byte 72, else at byte 88.
 *
 * @throws LimitError - a value is longer than 65,535 bytes
 */
export function encodeAuthenticateMessage(authenticate: AuthenticateMessage): Uint8Array {
  const { negotiateFlags, mic } = authenticate;
  const field = (name: keyof typeof FIELDS, value: Uint8Array) => ({ name, at: FIELDS[name], value });
  const message = assemble(3, mic === null ? MIC_OFFSET : HEADER_LENGTH, [
    field('DomainName', encodeText(authenticate.domainName, negotiateFlags)),
    field('UserName', encodeText(authenticate.userName, negotiateFlags)),
    field('Workstation', encodeText(authenticate.workstation, negotiateFlags)),
    field('LmChallengeResponse', authenticate.lmChallengeResponse),
    field('NtChallengeResponse', authenticate.ntChallengeResponse),
    field('EncryptedRandomSessionKey', authenticate.encryptedRandomSessionKey),
  ]);
  const view = dataView(message);
  view.setUint32(60, negotiateFlags, true);
  writeVersion(view, 64, authenticate.version);
  if (mic !== null) message.set(mic, MIC_OFFSET);
  return message;
}

/**
 * The fields of an AUTHENTICATE_MESSAGE.
 *
 * @throws ProtocolError - it is none, is truncated, or a field lies outside it
 */
export function decodeAuthenticateMessage(message: Uint8Array): AuthenticateMessage {
  const view = expectMessage(message, 3, SHORTEST_LENGTH);
  const negotiateFlags = view.getUint32(60, true);
  const bytes = (name: keyof typeof FIELDS): Uint8Array => readField(message, FIELDS[name], name);
  const text = (name: keyof typeof FIELDS): string => decodeText(bytes(name), negotiateFlags, name);
  const offsets = Object.values(FIELDS).filter((at) => view.getUint16(at, true) > 0).map((at) => view.getUint32(at + 4, true));
  const payloadOffset = Math.min(message.length, ...offsets);
  return {
    negotiateFlags,
    domainName: text('DomainName'),
    userName: text('UserName'),
    workstation: text('Workstation'),
    lmChallengeResponse: bytes('LmChallengeResponse'),
    ntChallengeResponse: bytes('NtChallengeResponse'),
    encryptedRandomSessionKey: bytes('EncryptedRandomSessionKey'),
    version: payloadOffset < MIC_OFFSET ? null : readVersion(view, 64, negotiateFlags),
    mic: payloadOffset < HEADER_LENGTH ? null : message.slice(MIC_OFFSET, HEADER_LENGTH),
  };
}
