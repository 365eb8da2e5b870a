import { type CatalogueEntry, win32Errors } from './entry.js';

const access = win32Errors({ layer: 'authentication', retry: 'afterFix' });

const RIGHTS: readonly string[] = [
  'The account needs Hyper-V Administrators, or Administrators, on both hosts.',
  'For storage on SMB shares, the computer accounts of both hosts need full control of share and folder, and delegation to "cifs" of the file server.',
];
const VIRTUAL_MACHINES: readonly string[] = [
  'Give "NT VIRTUAL MACHINE\\Virtual Machines" the user right "Log on as a service" on the destination; a group policy that sets this right without it takes it away.',
  'Run `gpupdate /force` on the destination when the policy has been corrected.',
];
const ACCOUNT: readonly string[] = ['Check the account: its password, whether it is enabled, when and where it may log on.'];
const DOMAIN: readonly string[] = ['See that the host reaches a domain controller: DNS, network, time.', 'Test the trust of the host: `Test-ComputerSecureChannel`.'];

/** Win32 errors of access, logon and the domain. */
export const ACCESS: readonly CatalogueEntry[] = [
  access(5, 'ERROR_ACCESS_DENIED', 'Access was denied.', RIGHTS),
  access(65, 'ERROR_NETWORK_ACCESS_DENIED', 'The network refuses access.', RIGHTS),
  access(86, 'ERROR_INVALID_PASSWORD', 'The password is not correct.', ACCOUNT),
  access(1219, 'ERROR_SESSION_CREDENTIAL_CONFLICT', 'There is a connection to that server already, with other credentials.', ['Close the other connection to the share: `net use /delete`.']),
  access(1300, 'ERROR_NOT_ALL_ASSIGNED', 'The account does not hold every privilege that was asked for.', RIGHTS),
  access(1307, 'ERROR_INVALID_OWNER', 'That account cannot be made the owner.', RIGHTS),
  access(1311, 'ERROR_NO_LOGON_SERVERS', 'No domain controller could be reached for the logon.', DOMAIN, { retry: 'later' }),
  access(1312, 'ERROR_NO_SUCH_LOGON_SESSION', 'The logon session does not exist any more: it ended, or was never passed on.', ['Log on anew; on the second hop, set up delegation or CredSSP between the hosts.']),
  access(1314, 'ERROR_PRIVILEGE_NOT_HELD', 'The client lacks a privilege; for migrations often "Create symbolic links".', ['Give Administrators and "NT VIRTUAL MACHINE\\Virtual Machines" the user right "Create symbolic links".', ...RIGHTS]),
  access(1317, 'ERROR_NO_SUCH_USER', 'There is no such account.', ACCOUNT),
  access(1326, 'ERROR_LOGON_FAILURE', 'The user name or the password is not correct.', ACCOUNT),
  access(1327, 'ERROR_ACCOUNT_RESTRICTION', 'A restriction of the account prevents the logon: an empty password, hours, or a policy.', ACCOUNT, { source: 'Win32 System Error Codes (1300-1699); Microsoft KB 4558514' }),
  access(1328, 'ERROR_INVALID_LOGON_HOURS', 'The account may not log on at this time.', ACCOUNT),
  access(1330, 'ERROR_PASSWORD_EXPIRED', 'The password of the account has expired.', ACCOUNT),
  access(1331, 'ERROR_ACCOUNT_DISABLED', 'The account is disabled.', ACCOUNT),
  access(1332, 'ERROR_NONE_MAPPED', 'An account or security identifier is not known: often that of whoever made the machine, which was deleted or is local to another host.', ['Install the update that removes this check (Azure Local 12.2605 or later).', 'Until then move the machine with quick migration, or make it anew with an account that exists.'], { source: 'Win32 System Error Codes (1300-1699); AzureLocal-Supportability, live migration 0x80070534' }),
  access(1338, 'ERROR_INVALID_SECURITY_DESCR', 'A security descriptor is not valid.', ['Reset the permissions of the folders that hold the machine.']),
  access(1355, 'ERROR_NO_SUCH_DOMAIN', 'The domain does not exist, or could not be reached.', DOMAIN),
  access(1385, 'ERROR_LOGON_TYPE_NOT_GRANTED', 'The virtual machine account was not given the right to log on in this way at the destination.', VIRTUAL_MACHINES, { source: 'Win32 System Error Codes (1300-1699); Microsoft KB 2779204, KB 4558514' }),
  access(1396, 'ERROR_WRONG_TARGET_NAME', 'The logon failed because the target account has another name than the one that was asked for.', ['Check the service principal names of the destination, and that its name resolves to itself.']),
  access(1397, 'ERROR_MUTUAL_AUTH_FAILED', 'The server could not prove who it is: its password at the domain controller may be out of date.', DOMAIN),
  access(1398, 'ERROR_TIME_SKEW', 'The clocks of client and server differ too much.', ['Synchronise the clocks of both hosts and of the domain controllers.']),
  access(1787, 'ERROR_NO_TRUST_SAM_ACCOUNT', 'The domain has no computer account for this host.', DOMAIN),
  access(1788, 'ERROR_TRUSTED_DOMAIN_FAILURE', 'The trust between the two domains failed.', DOMAIN),
  access(1789, 'ERROR_TRUSTED_RELATIONSHIP_FAILURE', 'The trust between this host and its domain failed.', ['Repair it: `Test-ComputerSecureChannel -Repair`, or join the domain anew.']),
  access(1907, 'ERROR_PASSWORD_MUST_CHANGE', 'The password must be changed before the first logon.', ACCOUNT),
  access(1909, 'ERROR_ACCOUNT_LOCKED_OUT', 'The account is locked after too many wrong passwords.', ACCOUNT),
  access(8453, 'ERROR_DS_DRA_ACCESS_DENIED', 'Access to the directory for replication was denied.', DOMAIN),
  access(8524, 'ERROR_DS_DNS_LOOKUP_FAILURE', 'The directory could not resolve a name in DNS.', DOMAIN, { layer: 'network' }),
];
