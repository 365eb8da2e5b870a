import { equalConstantTime, utf8 } from '../bytes.js';
import { UsageError } from '../errors.js';

/** An account that can log on to a simulated host. */
export type SimulatedUser = {
  /** The bare name, without a domain. */
  readonly username: string;
  /** Its domain, as users write it: `EXAMPLE\ops` and `ops@EXAMPLE`. Without one it is an account of the host itself. */
  readonly domain?: string;
  readonly password: string;
};

/** The account of a simulated host that was given no users. */
export const DEFAULT_USER: SimulatedUser = { username: 'Administrator', password: 'Simulated-1' };

/** The NetBIOS name of a simulated host that was given none; its own accounts are `SIMHOST\name`. */
export const COMPUTER_NAME = 'SIMHOST';

/** @throws UsageError - an account without a name, with a domain in its name, or given twice */
export function checkUsers(users: readonly SimulatedUser[]): void {
  const seen = new Set<string>();
  for (const user of users) {
    if (user.username === '' || /[\\@:]/.test(user.username)) {
      throw new UsageError(`users: ${JSON.stringify(user.username)} is not a bare user name; give its domain apart, as domain`);
    }
    const name = accountName(user).toLowerCase();
    if (seen.has(name)) throw new UsageError(`users: ${accountName(user)} is given twice`);
    seen.add(name);
  }
}

/** `DOMAIN\user`; for an account of the host itself the domain is {@link COMPUTER_NAME}. */
export function accountName({ username, domain = COMPUTER_NAME }: SimulatedUser): string {
  return `${domain}\\${username}`;
}

/**
 * Finds an account by what a client sent; names compare in any letter case. The domains `''`, `.` and `computerName` mean
 * the host itself; a name `user@domain` with an empty domain is a principal name.
 */
export function findUser(users: readonly SimulatedUser[], username: string, domain: string, computerName: string = COMPUTER_NAME): SimulatedUser | null {
  const at = username.lastIndexOf('@');
  const [name, where] = domain === '' && at >= 0 ? [username.slice(0, at), username.slice(at + 1)] : [username, domain];
  const wanted = `${where === '' || where === '.' ? computerName : where}\\${name}`.toLowerCase();
  return users.find((user) => accountName(user).toLowerCase() === wanted) ?? null;
}

/**
 * Finds the account that Basic credentials (RFC 7617 §2) prove: `user:password` in UTF-8, the user in any form that
 * {@link findUser} knows or as `DOMAIN\user`.
 */
export function findBasicUser(users: readonly SimulatedUser[], credentials: Uint8Array, computerName: string = COMPUTER_NAME): SimulatedUser | null {
  const text = new TextDecoder().decode(credentials);
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0));
  const backslash = name.indexOf('\\');
  const user = findUser(users, name.slice(backslash + 1), name.slice(0, Math.max(backslash, 0)), computerName);
  const isRight = equalConstantTime(utf8(text.slice(colon + 1)), utf8(user?.password ?? ''));
  return isRight ? user : null;
}
