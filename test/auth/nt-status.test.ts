import { expect, it } from 'vitest';
import { describeNtStatus, ntStatusName } from '../../src/auth/nt-status.js';

it.each([
  [0xc000_006d, 'STATUS_LOGON_FAILURE (0xC000006D): the user name or the password is wrong'],
  [0xc000_0022, 'STATUS_ACCESS_DENIED (0xC0000022): the host grants this account no access'],
  [0xc000_0071, 'STATUS_PASSWORD_EXPIRED (0xC0000071): the password has expired; change it'],
  [0xc000_0234, 'STATUS_ACCOUNT_LOCKED_OUT (0xC0000234): the account is locked out after too many wrong passwords'],
  [0xc000_1234, 'NTSTATUS 0xC0001234'],
  [1, 'NTSTATUS 0x00000001'],
])('%d reads %s', (status, text) => {
  expect(describeNtStatus(status)).toBe(text);
  expect(ntStatusName(status)).toBe(text.replace(/ \(.*/, ''));
});
