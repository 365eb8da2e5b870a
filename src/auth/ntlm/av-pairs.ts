/** Lists of AV_PAIR structures (MS-NLMP 2.2.2.1): what a host says about itself, and what a client adds to it. */

import { concat, dataView } from '../../bytes.js';
import { ProtocolError } from '../../errors.js';

/** The AvId values; the names are the specification's. */
export const AV_ID = {
  MsvAvEOL: 0,
  MsvAvNbComputerName: 1,
  MsvAvNbDomainName: 2,
  MsvAvDnsComputerName: 3,
  MsvAvDnsDomainName: 4,
  MsvAvDnsTreeName: 5,
  MsvAvFlags: 6,
  MsvAvTimestamp: 7,
  MsvAvSingleHost: 8,
  MsvAvTargetName: 9,
  MsvAvChannelBindings: 10,
} as const;

/** The name of an AvId that the specification lists. */
export type AvName = keyof typeof AV_ID;

/** One attribute and its value; names are UTF-16LE whatever character set was negotiated. */
export type AvPair = { readonly id: number; readonly value: Uint8Array };

/** The bit of MsvAvFlags that says: the MIC field of the AUTHENTICATE_MESSAGE holds a MIC. */
export const AV_FLAG_MIC = 0x00000002;

/** The bit of MsvAvFlags that says: nobody vouches for the name in MsvAvTargetName. */
export const AV_FLAG_UNTRUSTED_TARGET = 0x00000004;

/** The values whose length the specification fixes, in bytes. */
const FIXED_LENGTHS: ReadonlyMap<number, number> = new Map([
  [AV_ID.MsvAvEOL, 0],
  [AV_ID.MsvAvFlags, 4],
  [AV_ID.MsvAvTimestamp, 8],
  [AV_ID.MsvAvChannelBindings, 16],
]);

/** One pair; a shorthand for writing lists. */
export function avPair(name: AvName, value: Uint8Array): AvPair {
  return { id: AV_ID[name], value };
}

/** The value of the first pair with this name, or `null`. */
export function avValue(pairs: readonly AvPair[], name: AvName): Uint8Array | null {
  return pairs.find((pair) => pair.id === AV_ID[name])?.value ?? null;
}

/** The value of MsvAvFlags, or 0 when the list has none. */
export function avFlags(pairs: readonly AvPair[]): number {
  const value = avValue(pairs, 'MsvAvFlags');
  return value === null ? 0 : dataView(value).getUint32(0, true);
}

/** A list as bytes; MsvAvEOL is added at the end. Each value is at most 65,535 bytes long. */
export function encodeAvPairs(pairs: readonly AvPair[]): Uint8Array {
  return concat(
    ...[...pairs, avPair('MsvAvEOL', new Uint8Array())].map(({ id, value }) => {
      const head = new Uint8Array(4);
      dataView(head).setUint16(0, id, true);
      dataView(head).setUint16(2, value.length, true);
      return concat(head, value);
    }),
  );
}

/**
 * The pairs of a list without its MsvAvEOL. What follows the MsvAvEOL is ignored: in an NTLMv2_CLIENT_CHALLENGE there are four
 * more bytes (MS-NLMP 3.3.2).
 *
 * @throws ProtocolError - the list ends before its MsvAvEOL, a pair reaches beyond it, or a value has a length it cannot have
 */
export function decodeAvPairs(bytes: Uint8Array): AvPair[] {
  const view = dataView(bytes);
  const pairs: AvPair[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const id = view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    if (at + 4 + length > bytes.length) throw new ProtocolError(`The NTLM AV_PAIR at byte ${at} of its list reaches beyond the end of the list`);
    if (length !== (FIXED_LENGTHS.get(id) ?? length)) throw new ProtocolError(`The NTLM AV_PAIR ${id} is ${length} bytes long, which it cannot be`);
    if (id === AV_ID.MsvAvEOL) return pairs;
    pairs.push({ id, value: bytes.slice(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  throw new ProtocolError('The NTLM AV_PAIR list ends without MsvAvEOL');
}
