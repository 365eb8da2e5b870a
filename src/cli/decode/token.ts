import type { JsonValue } from '../../cim/json.js';
import { describeCredsspToken } from '../../auth/credssp/describe.js';
import { describeKerberosToken } from '../../auth/kerberos/describe.js';
import { describeNtlmMessage } from '../../auth/ntlm/describe.js';
import { describeNegToken } from '../../auth/spnego/describe.js';
import { type TokenKind, tokenKind } from '../../auth/token-kind.js';
import { fromBase64 } from '../../bytes.js';
import { LimitError, ProtocolError } from '../../errors.js';

const HEADER = /^(?:(?:authorization|www-authenticate)\s*:\s*)?(?:(?:negotiate|ntlm|kerberos|credssp)\s+)?/i;

type TokenDescription = Readonly<Record<string, JsonValue>>;

const DESCRIBERS: Readonly<Record<TokenKind, { readonly name: string; readonly describe: (token: Uint8Array) => TokenDescription }>> = {
  ntlm: { name: 'NTLM', describe: describeNtlmMessage },
  kerberos: { name: 'Kerberos', describe: describeKerberosToken },
  spnego: { name: 'SPNEGO', describe: describeNegToken },
  credssp: { name: 'CredSSP', describe: describeCredsspToken },
};

/**
 * Describes a token of NTLM, Kerberos, SPNEGO or CredSSP in base64, with or without the header and the scheme in front; line breaks
 * in it do not count. The scheme decides nothing, for Negotiate carries each of the first three.
 *
 * @throws ProtocolError - not base64, none of these tokens, or a broken one
 */
export function describeToken(text: string): TokenDescription {
  const token = fromBase64(text.replace(HEADER, '').replace(/\s/g, ''));
  const kind = token === null ? null : tokenKind(token);
  // Nothing of the input is quoted: it may be a password, or the header that carries one.
  if (token === null || kind === null) throw new ProtocolError('The input is neither XML nor a token of NTLM, Kerberos, SPNEGO or CredSSP in base64');
  const { name, describe } = DESCRIBERS[kind];
  try {
    return { kind, ...describe(token) };
  } catch (cause) {
    if (!(cause instanceof ProtocolError) || cause instanceof LimitError) throw cause;
    throw new ProtocolError(`The ${name} token cannot be read: ${cause.message}`, { cause });
  }
}
