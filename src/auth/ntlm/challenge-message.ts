/** CHALLENGE_MESSAGE (MS-NLMP 2.2.1.2): the host tells what it chose, who it is, and a nonce. */

import { dataView } from '../../bytes.js';
import type { AvPair } from './av-pairs.js';
import { decodeAvPairs, encodeAvPairs } from './av-pairs.js';
import { hasFlag } from './flags.js';
import type { Version } from './message.js';
import { assemble, decodeText, encodeText, expectMessage, readField, readVersion, writeVersion } from './message.js';

/** The fields of a CHALLENGE_MESSAGE. */
export type ChallengeMessage = {
  readonly negotiateFlags: number;
  /** The domain of the host, or its name when it is in none; the TARGET_TYPE flags tell which. */
  readonly targetName: string;
  /** 8 bytes. */
  readonly serverChallenge: Uint8Array;
  /** `null` when NTLMSSP_NEGOTIATE_TARGET_INFO is clear. */
  readonly targetInfo: readonly AvPair[] | null;
  readonly version: Version | null;
};

const HEADER_LENGTH = 56;
/** Without VERSION, which hosts of the last century did not send. */
const SHORTEST_LENGTH = 48;

/** A CHALLENGE_MESSAGE as bytes. */
export function encodeChallengeMessage(challenge: ChallengeMessage): Uint8Array {
  const message = assemble(2, HEADER_LENGTH, [
    { name: 'TargetName', at: 12, value: encodeText(challenge.targetName, challenge.negotiateFlags) },
    { name: 'TargetInfo', at: 40, value: challenge.targetInfo === null ? new Uint8Array() : encodeAvPairs(challenge.targetInfo) },
  ]);
  const view = dataView(message);
  view.setUint32(20, challenge.negotiateFlags, true);
  message.set(challenge.serverChallenge, 24);
  writeVersion(view, 48, challenge.version);
  return message;
}

/**
 * The fields of a CHALLENGE_MESSAGE.
 *
 * @throws ProtocolError - it is none, is truncated, a field lies outside it, or its TargetInfo is not a list of AV_PAIRs
 */
export function decodeChallengeMessage(message: Uint8Array): ChallengeMessage {
  const view = expectMessage(message, 2, SHORTEST_LENGTH);
  const negotiateFlags = view.getUint32(20, true);
  return {
    negotiateFlags,
    targetName: decodeText(readField(message, 12, 'TargetName'), negotiateFlags, 'TargetName'),
    serverChallenge: message.slice(24, 32),
    targetInfo: hasFlag(negotiateFlags, 'NTLMSSP_NEGOTIATE_TARGET_INFO') ? decodeAvPairs(readField(message, 40, 'TargetInfo')) : null,
    version: readVersion(view, 48, negotiateFlags),
  };
}
