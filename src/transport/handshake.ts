import type { Authenticator, ContextScheme } from '../auth/authenticator.js';
import { parseChallenges } from '../auth/challenge.js';
import type { SecurityContext } from '../auth/security-context.js';
import { toBase64 } from '../bytes.js';
import { AuthError } from '../errors.js';
import type { HttpRequest, HttpResponse } from './connection.js';
import { isSoap, notOffered, refused, statusError, ticketRefused } from './http-status.js';

const NO_BODY = new Uint8Array();
/** Legs of the longest handshake known, and some to spare. */
const MAX_LEGS = 8;

/** An authenticator that has a handshake. */
export type ContextAuthenticator = Extract<Authenticator, { kind: 'context' }>;

/**
 * Authenticates the connection with empty bodies, as Windows' own traffic shows it: the first request carries the first
 * token, 401 the host's, and any answer but 401 says that the host is content.
 *
 * @param send - sends one request on the connection, with the headers that all of them have beside the given ones
 * @throws AuthError - the host, or the security context, refused
 * @throws ProtocolError, TlsError, TransportError, LimitError - see `SecurityContext` and `statusError`
 */
export async function handshake(send: (request: Omit<HttpRequest, 'signal'>) => Promise<HttpResponse>, { context, scheme }: ContextAuthenticator): Promise<void> {
  let token = await context.step(null);
  for (let leg = 0; leg < MAX_LEGS && token !== null; leg++) {
    const headers = { Authorization: `${scheme} ${toBase64(token)}` };
    const response = await send({ headers, body: NO_BODY });
    const challenges = parseChallenges(response.headers['www-authenticate']).filter((one) => one.scheme.toLowerCase() === scheme.toLowerCase());
    const answer = challenges.find((one) => one.token !== null)?.token ?? null;
    if (response.status === 401) {
      if (context.complete) throw await whyRefused(response, context, answer);
      if (answer === null) throw silentRefusal(response, context, challenges.length === 0, leg, scheme);
      token = await context.step(answer);
      continue;
    }
    if (response.status >= 300 && !isSoap(response.headers['content-type'] ?? '')) throw statusError(response);
    if (answer !== null) await context.step(answer);
    if (!context.complete) throw new AuthError('The host ended the authentication before it was complete');
    return;
  }
  throw new AuthError(`The host asks for more than ${MAX_LEGS} legs of authentication`);
}

/** What a 401 without a token means: the first leg of NTLM and CredSSP proves nothing yet, a Kerberos ticket does. */
function silentRefusal(response: HttpResponse, { mechanism }: SecurityContext, isOtherScheme: boolean, leg: number, scheme: ContextScheme): AuthError {
  if (isOtherScheme || (leg === 0 && mechanism !== 'Kerberos')) return notOffered(response, scheme);
  return mechanism === 'Kerberos' ? ticketRefused(response) : refused(response);
}

/** A last token may tell more than the status does: CredSSP has an error code in it. */
async function whyRefused(response: HttpResponse, context: SecurityContext, answer: Uint8Array | null): Promise<AuthError> {
  try {
    if (answer !== null) await context.step(answer);
  } catch (error) {
    if (error instanceof AuthError) return error;
  }
  return refused(response);
}
