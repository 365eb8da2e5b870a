/** NTLMv2_CLIENT_CHALLENGE (MS-NLMP 2.2.2.7) and the NTLMv2_RESPONSE that carries it (2.2.2.8). */

import { concat, dataView } from '../../bytes.js';
import { ProtocolError } from '../../errors.js';
import type { AvPair } from './av-pairs.js';
import { decodeAvPairs, encodeAvPairs } from './av-pairs.js';

/** The fields of an NTLMv2_CLIENT_CHALLENGE. */
export type ClientChallenge = {
  /** FILETIME, 8 bytes. */
  readonly timestamp: Uint8Array;
  /** 8 bytes. */
  readonly challengeFromClient: Uint8Array;
  readonly avPairs: readonly AvPair[];
};

/** An NTLMv2_RESPONSE in its two parts. */
export type NtlmV2Response = {
  /** 16 bytes. */
  readonly ntProofStr: Uint8Array;
  /** The bytes of the NTLMv2_CLIENT_CHALLENGE as they were sent: `temp` in MS-NLMP 3.3.2. */
  readonly temp: Uint8Array;
  readonly clientChallenge: ClientChallenge;
};

const RESPONSE_TYPE = 1;
const AV_PAIRS_OFFSET = 28;

/** The bytes of an NTLMv2_CLIENT_CHALLENGE: `temp` in MS-NLMP 3.3.2, with the four zeros at its end. */
export function encodeClientChallenge({ timestamp, challengeFromClient, avPairs }: ClientChallenge): Uint8Array {
  const types = Uint8Array.of(RESPONSE_TYPE, RESPONSE_TYPE, 0, 0, 0, 0, 0, 0);
  return concat(types, timestamp, challengeFromClient, new Uint8Array(4), encodeAvPairs(avPairs), new Uint8Array(4));
}

/**
 * The parts of an NTLMv2_RESPONSE.
 *
 * @throws ProtocolError - it is too short (24 bytes are an NTLMv1 response), of another version, or its AV_PAIRs are broken
 */
export function decodeNtlmV2Response(response: Uint8Array): NtlmV2Response {
  const temp = response.slice(16);
  if (temp.length < AV_PAIRS_OFFSET || temp[0] !== RESPONSE_TYPE || temp[1] !== RESPONSE_TYPE) {
    throw new ProtocolError(`The NTLM NtChallengeResponse (${response.length} bytes) is not an NTLMv2_RESPONSE`);
  }
  return {
    ntProofStr: response.slice(0, 16),
    temp,
    clientChallenge: {
      timestamp: temp.slice(8, 16),
      challengeFromClient: temp.slice(16, 24),
      avPairs: decodeAvPairs(temp.subarray(AV_PAIRS_OFFSET)),
    },
  };
}

/** 1601-01-01, where a FILETIME begins (MS-DTYP 2.3.3), in milliseconds before 1970. */
const FILETIME_EPOCH_MS = 11_644_473_600_000n;

/** A point in time as a FILETIME: hundreds of nanoseconds since 1601-01-01 UTC, 8 bytes, little-endian. */
export function encodeFiletime(time: Date): Uint8Array {
  const bytes = new Uint8Array(8);
  dataView(bytes).setBigUint64(0, (BigInt(time.getTime()) + FILETIME_EPOCH_MS) * 10_000n, true);
  return bytes;
}

/** The point in time of a FILETIME, to the millisecond. Every value of its 8 bytes is a valid date. */
export function decodeFiletime(bytes: Uint8Array): Date {
  return new Date(Number(dataView(bytes).getBigUint64(0, true) / 10_000n - FILETIME_EPOCH_MS));
}
