import { type HyperVWsmanError, LimitError, ProtocolError, TransportError } from '../errors.js';

/**
 * What it means that an exchange ended without an answer, told by the code that Node or the HTTP client gave: the peer
 * broke HTTP, or the connection was lost.
 */
export function brokenOff(url: URL, message: string, code: string | undefined): HyperVWsmanError {
  if (code === 'HPE_HEADER_OVERFLOW' || code === 'UND_ERR_HEADERS_OVERFLOW') return new LimitError(`The headers of ${url.host}'s answer are too large`);
  if (code?.startsWith('HPE_') === true && code !== 'HPE_INVALID_EOF_STATE') return new ProtocolError(`The answer of ${url.host} is not HTTP: ${message} (${code})`);
  return new TransportError(`The connection to ${url.host} was lost: ${message}${code === undefined ? '' : ` (${code})`}`);
}
