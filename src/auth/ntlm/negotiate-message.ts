/** NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1): the client tells what it can do. */

import { dataView, fromLatin1 } from '../../bytes.js';
import { hasFlag } from './flags.js';
import type { Version } from './message.js';
import { assemble, expectMessage, readField, readVersion, writeVersion } from './message.js';

/** The fields of a NEGOTIATE_MESSAGE. The two names are OEM text, and empty in every message of a modern client. */
export type NegotiateMessage = {
  readonly negotiateFlags: number;
  readonly domainName: string;
  readonly workstationName: string;
  readonly version: Version | null;
};

const HEADER_LENGTH = 40;
/** Without names and VERSION; clients older than the specification send this, and hosts take it. */
const SHORTEST_LENGTH = 16;

/** A NEGOTIATE_MESSAGE without names, always 40 bytes: some acceptors refuse one that ends before VERSION. */
export function encodeNegotiateMessage(negotiateFlags: number, version: Version | null): Uint8Array {
  const none = new Uint8Array();
  const message = assemble(1, HEADER_LENGTH, [
    { name: 'DomainName', at: 16, value: none },
    { name: 'WorkstationName', at: 24, value: none },
  ]);
  const view = dataView(message);
  view.setUint32(12, negotiateFlags, true);
  writeVersion(view, 32, version);
  return message;
}

/**
 * The fields of a NEGOTIATE_MESSAGE; a name whose SUPPLIED flag is clear is empty, whatever its descriptor says.
 *
 * @throws ProtocolError - it is none, is truncated, or a name lies outside it
 */
export function decodeNegotiateMessage(message: Uint8Array): NegotiateMessage {
  const view = expectMessage(message, 1, SHORTEST_LENGTH);
  const negotiateFlags = view.getUint32(12, true);
  const domainSupplied = hasFlag(negotiateFlags, 'NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED');
  const workstationSupplied = hasFlag(negotiateFlags, 'NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED');
  if (domainSupplied || workstationSupplied) expectMessage(message, 1, 32);
  return {
    negotiateFlags,
    domainName: domainSupplied ? fromLatin1(readField(message, 16, 'DomainName')) : '',
    workstationName: workstationSupplied ? fromLatin1(readField(message, 24, 'WorkstationName')) : '',
    version: readVersion(view, 32, negotiateFlags),
  };
}
