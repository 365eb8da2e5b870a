/** The credentials that CredSSP hands over (MS-CSSP 2.2.1.2). */
import { fromUtf16le, utf16le } from '../../bytes.js';
import { ProtocolError } from '../../errors.js';
import { type DerElement, contentsOf, readElement, readFields, readInteger } from '../der/read.js';
import { TAG } from '../der/tag.js';
import { field, integer, octetString, sequence } from '../der/write.js';

/** A TSPasswordCreds (2.2.1.2.1). A local account has the computer's name as its domain, or an empty one. */
export type TsPasswordCreds = { readonly domainName: string; readonly userName: string; readonly password: string };

/** credType of a TSPasswordCreds; 2 is a smart card's, 6 that of Remote Credential Guard. */
const PASSWORD = 1;

/** Encodes a TSCredentials with a password. The caller overwrites it once it is sealed. */
export function encodeTsCredentials({ domainName, userName, password }: TsPasswordCreds): Uint8Array {
  const passwordCreds = sequence(text(0, domainName), text(1, userName), text(2, password));
  return sequence(field(0, integer(PASSWORD)), field(1, octetString(passwordCreds)));
}

/**
 * Decodes a TSCredentials.
 *
 * @throws ProtocolError - it is not one, or it holds no password but a smart card's PIN or the like
 */
export function decodeTsCredentials(bytes: Uint8Array): TsPasswordCreds {
  const fields = readFields(readElement(bytes, TAG.sequence));
  const credType = readInteger(contentsOf(fields.get(0), TAG.integer));
  if (credType !== PASSWORD) throw new ProtocolError(`The TSCredentials are of type ${credType}; only passwords, type ${PASSWORD}, are known (MS-CSSP 2.2.1.2)`);
  const creds = readFields(readElement(contentsOf(fields.get(1), TAG.octetString), TAG.sequence));
  return { domainName: readUnicode(creds.get(0)), userName: readUnicode(creds.get(1)), password: readUnicode(creds.get(2)) };
}

/** Windows has UTF-16LE without a terminator in these OCTET STRINGs. */
function text(number: number, value: string): Uint8Array {
  return field(number, octetString(utf16le(value)));
}

function readUnicode(one: DerElement | undefined): string {
  return fromUtf16le(contentsOf(one, TAG.octetString));
}
