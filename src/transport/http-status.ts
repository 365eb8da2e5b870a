import { parseChallenges } from '../auth/challenge.js';
import { fromLatin1 } from '../bytes.js';
import { AuthError, type HyperVWsmanError, LimitError, ProtocolError, TransportError } from '../errors.js';
import type { HttpResponse } from './connection.js';

/** The Content-Type of an envelope as it is sent. */
export const SOAP_TYPE = 'application/soap+xml;charset=UTF-8';

/** Whether a Content-Type is that of a SOAP envelope. */
export function isSoap(contentType: string): boolean {
  return /^\s*(application\/soap\+xml|application\/xml|text\/xml)\b/i.test(contentType);
}

/** What an answer that carries no envelope means, told by its status alone; the body is quoted, never parsed. */
export function statusError(response: HttpResponse): HyperVWsmanError {
  const { status } = response;
  const text = quote(response);
  const said = text === null ? '' : `; the answer says: ${text}`;
  switch (status) {
    case 401:
      return refused(response);
    case 403:
      return new AuthError(`HTTP 403: the host forbids this user or this client to use WS-Management${said}`);
    case 404:
      return new TransportError(`HTTP 404: no WS-Management service at this path; WinRM listens at /wsman${said}`, { status });
    case 413:
      return new LimitError('HTTP 413: the request is larger than the host accepts (MaxEnvelopeSizekb of winrm/config)', { status, text });
    case 503:
      return new TransportError(`HTTP 503: the host's WinRM service does not run or has no room${said}`, { status });
    default:
      return new ProtocolError(`HTTP ${status} without a WS-Management answer${said}`, { status, text });
  }
}

/** What HTTP 401 means after credentials were sent. */
export function refused(response: HttpResponse): AuthError {
  return authError('the host refused the credentials', response);
}

/** What HTTP 401 means to who said nothing of himself. */
export function anonymous(response: HttpResponse): AuthError {
  return authError('the host wants to know who is calling', response);
}

/** What HTTP 401 means to a first token that the host does not answer; save for a Kerberos ticket it proves nothing yet. */
export function notOffered(response: HttpResponse, scheme: string): AuthError {
  return authError(`the host does not go on with ${scheme}${scheme === 'Kerberos' ? '' : '; no credentials were sent'}`, response);
}

/** What HTTP 401 without a token means to a Kerberos ticket. */
export function ticketRefused(response: HttpResponse): AuthError {
  return authError(
    'the host refused the Kerberos ticket: the account of its service principal name is not the one WinRM runs as (setspn -Q), its key changed since the ticket was given (kdestroy), or its channel binding is another',
    response,
  );
}

function authError(what: string, response: HttpResponse): AuthError {
  const offered = [...new Set(parseChallenges(response.headers['www-authenticate']).map((challenge) => challenge.scheme))];
  const offers = offered.length === 0 ? 'it offers no authentication' : `it offers ${offered.join(', ')}`;
  return new AuthError(`HTTP 401: ${what}; ${offers}`, { offered });
}

function quote({ body }: HttpResponse): string | null {
  const text = fromLatin1(body.subarray(0, 2000)).replace(/<[^>]*>/g, ' ').replace(/[^\x20-\x7e]+/g, ' ').replace(/ {2,}/g, ' ').trim();
  return text === '' ? null : JSON.stringify(text.slice(0, 200));
}
