import { toBase64, utf8 } from '../bytes.js';
import { UsageError } from '../errors.js';

/**
 * The Authorization header of Basic authentication (RFC 7617 §2), user and password in UTF-8.
 *
 * @throws UsageError - the user name holds a colon, which Basic cannot carry
 */
export function basicAuthorization(username: string, password: string): string {
  if (username.includes(':')) throw new UsageError('Basic authentication cannot carry a user name with a colon');
  return `Basic ${toBase64(utf8(`${username}:${password}`))}`;
}
