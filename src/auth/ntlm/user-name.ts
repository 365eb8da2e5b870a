/** The forms in which people write an account, and what NTLM sends for each. */

import { UsageError } from '../../errors.js';

/** What goes into UserName and DomainName of the AUTHENTICATE_MESSAGE. */
export type NtlmUserName = { readonly userName: string; readonly domainName: string };

/**
 * Reads an account name in any of the forms that Windows users know:
 *
 * - `DOMAIN\user`: user and domain; also `HV01\user` for a local account of HV01
 * - `user@domain.example`: the whole text is the user and the domain is empty, since the host resolves the principal name
 * - `.\user`: a local account of the host, whatever its name: the domain is the host's own name, from its challenge
 * - `user`: the domain is empty and the host decides where to look
 *
 * @param username - the account as it was written
 * @param computerName - the host's NetBIOS name, MsvAvNbComputerName of its challenge
 * @throws UsageError - there is no user name: NTLM would log on as nobody
 */
export function ntlmUserName(username: string, computerName: string): NtlmUserName {
  const backslash = username.indexOf('\\');
  const userName = username.slice(backslash + 1);
  const domain = username.slice(0, Math.max(backslash, 0));
  if (userName === '') throw new UsageError('The user name is empty: NTLM would log on anonymously, and WinRM never allows that');
  return { userName, domainName: domain === '.' ? computerName : domain };
}
