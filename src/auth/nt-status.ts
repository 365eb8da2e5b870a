/** The NTSTATUS values (MS-ERREF 2.3.1) with which a host, or the KDC of a domain, refuses a logon. */

const NT_STATUS: ReadonlyMap<number, readonly [name: string, meaning: string]> = new Map([
  [0xc000_0022, ['STATUS_ACCESS_DENIED', 'the host grants this account no access']],
  [0xc000_005e, ['STATUS_NO_LOGON_SERVERS', 'the host reaches no domain controller']],
  [0xc000_0064, ['STATUS_NO_SUCH_USER', 'there is no such account']],
  [0xc000_006a, ['STATUS_WRONG_PASSWORD', 'the password is wrong']],
  [0xc000_006d, ['STATUS_LOGON_FAILURE', 'the user name or the password is wrong']],
  [0xc000_006e, ['STATUS_ACCOUNT_RESTRICTION', 'the account may not log on this way, for example because its password is empty']],
  [0xc000_006f, ['STATUS_INVALID_LOGON_HOURS', 'the account may not log on at this hour']],
  [0xc000_0070, ['STATUS_INVALID_WORKSTATION', 'the account may not log on from this computer']],
  [0xc000_0071, ['STATUS_PASSWORD_EXPIRED', 'the password has expired; change it']],
  [0xc000_0072, ['STATUS_ACCOUNT_DISABLED', 'the account is disabled']],
  [0xc000_00bb, ['STATUS_NOT_SUPPORTED', 'the host does not do what was asked']],
  [0xc000_0133, ['STATUS_TIME_DIFFERENCE_AT_DC', 'the clocks of the host and of the domain controller differ']],
  [0xc000_015b, ['STATUS_LOGON_TYPE_NOT_GRANTED', 'the account may not log on over the network']],
  [0xc000_018b, ['STATUS_NO_TRUST_SAM_ACCOUNT', 'the domain does not know the host']],
  [0xc000_018d, ['STATUS_TRUSTED_RELATIONSHIP_FAILURE', 'the host and its domain do not trust each other']],
  [0xc000_0193, ['STATUS_ACCOUNT_EXPIRED', 'the account has expired']],
  [0xc000_0224, ['STATUS_PASSWORD_MUST_CHANGE', 'the password must be changed before the first logon']],
  [0xc000_0234, ['STATUS_ACCOUNT_LOCKED_OUT', 'the account is locked out after too many wrong passwords']],
  [0xc000_0388, ['STATUS_DOWNGRADE_DETECTED', 'the host sees a way around Kerberos that it does not allow']],
  [0xc000_0413, ['STATUS_AUTHENTICATION_FIREWALL_FAILED', 'the host does not take accounts of that domain']],
]);

/** The name of an NTSTATUS; of one not listed `NTSTATUS 0xC0001234`. */
export function ntStatusName(status: number): string {
  return NT_STATUS.get(status)?.[0] ?? `NTSTATUS ${hex(status)}`;
}

/** An NTSTATUS in words: `STATUS_LOGON_FAILURE (0xC000006D): the user name or the password is wrong`; of one not listed the number alone. */
export function describeNtStatus(status: number): string {
  const known = NT_STATUS.get(status);
  return known === undefined ? ntStatusName(status) : `${known[0]} (${hex(status)}): ${known[1]}`;
}

function hex(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;
}
