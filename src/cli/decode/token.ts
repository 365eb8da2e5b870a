import type { JsonValue } from '../../cim/json.js';
import { describeNtlmMessage } from '../../auth/ntlm/describe.js';
import { fromBase64 } from '../../bytes.js';
import { ProtocolError } from '../../errors.js';

const HEADER = /^(?:(?:authorization|www-authenticate)\s*:\s*)?(?:(?:negotiate|ntlm)\s+)?/i;

/**
 * Describes an NTLM message in base64, with or without the header and the scheme in front; line breaks in it do not count.
 *
 * @throws ProtocolError - not base64, or not an NTLM message
 */
export function describeToken(text: string): Readonly<Record<string, JsonValue>> {
  const token = fromBase64(text.replace(HEADER, '').replace(/\s/g, ''));
  // Nothing of the input is quoted: it may be a password, or the header that carries one.
  if (token === null) throw new ProtocolError('The input is neither XML nor an NTLM token in base64');
  return { kind: 'ntlm', ...describeNtlmMessage(token) };
}
