import { type CatalogueEntry, hresults } from './entry.js';

const KB = 'winerror.h; Microsoft KB 4558514';
const security = hresults({ layer: 'authentication', retry: 'afterFix', source: 'winerror.h; SSPI Status Codes' });

/** The three ways in which the source can prove itself to the destination, in the order to try them. */
const DELEGATION: readonly string[] = [
  'Let the source delegate: on its computer account in Active Directory, constrained delegation with protocol transition ("use any authentication protocol") to "cifs" and "Microsoft Virtual System Migration Service" of the destination, and Kerberos as the authentication of migrations on both hosts.',
  'Or log on to the source with a forwardable Kerberos ticket, of an account that may be delegated.',
  'Or let migrations authenticate with CredSSP on both hosts, and start them with a logon that holds credentials at the source.',
  'New delegation counts when the old tickets are gone: up to 15 minutes, or at once after `klist purge -li 0x3e7` on the source.',
];
const SPN: readonly string[] = [
  'Check the service principal names of the destination: "Microsoft Virtual System Migration Service/NAME", by short and full name, on its own computer account and on no other (`setspn -X` finds duplicates).',
  'Name the destination as Active Directory and DNS know it: no address, no alias.',
];
const CLOCK: readonly string[] = ['Synchronise the clocks of both hosts and of the domain controllers; Kerberos bears five minutes of difference.'];
const DOMAIN: readonly string[] = ['See that both hosts reach a domain controller, and that DNS finds it.', 'Test the trust of the host: `Test-ComputerSecureChannel`.'];
const ACCOUNT: readonly string[] = ['Check the account and its password, and whether it is locked, expired or limited in where it may log on.'];
const POLICY: readonly string[] = ['Compare the security policies of both hosts: encryption types of Kerberos, NTLM restrictions, FIPS mode.'];
const CERTIFICATE: readonly string[] = ['Check the certificate of the host, its chain and its dates.'];
const AGAIN: readonly string[] = ['Try again; when it comes back, look into the System log of both hosts for the source LsaSrv or Kerberos.'];

/** Errors of the security packages: Kerberos, NTLM, CredSSP, Schannel. */
export const SSPI: readonly CatalogueEntry[] = [
  security(0x80090300, 'SEC_E_INSUFFICIENT_MEMORY', 'The security package had too little memory.', ['Free memory on the host that reports it.'], { retry: 'later' }),
  security(0x80090301, 'SEC_E_INVALID_HANDLE', 'A handle of the security package is not valid: usually a logon session that has ended.', AGAIN, { retry: 'later' }),
  security(0x80090302, 'SEC_E_UNSUPPORTED_FUNCTION', 'The security package cannot do what was asked of it.', POLICY),
  security(0x80090303, 'SEC_E_TARGET_UNKNOWN', 'The security package does not know the host that it was to authenticate to: no such service principal name.', SPN),
  security(0x80090304, 'SEC_E_INTERNAL_ERROR', 'The Local Security Authority could not be reached, or failed.', AGAIN, { retry: 'later' }),
  security(0x80090305, 'SEC_E_SECPKG_NOT_FOUND', 'The security package that was asked for does not exist on that host.', POLICY),
  security(0x80090306, 'SEC_E_NOT_OWNER', 'The caller does not own the credentials it wants to use.', DELEGATION),
  security(0x80090308, 'SEC_E_INVALID_TOKEN', 'An authentication token could not be read: often a peer that speaks another protocol, or a token cut off on its way.', SPN),
  security(0x8009030b, 'SEC_E_NO_IMPERSONATION', 'The client may not be impersonated with the context it has.', DELEGATION),
  security(0x8009030c, 'SEC_E_LOGON_DENIED', 'The destination refused the logon.', ACCOUNT),
  security(0x8009030d, 'SEC_E_UNKNOWN_CREDENTIALS', 'The security package does not recognise the credentials: at the source of a migration, those that should be passed on.', DELEGATION, { begun: false, source: KB }),
  security(0x8009030e, 'SEC_E_NO_CREDENTIALS', 'The source has no credentials with which to log on to the destination: the caller\'s logon ends at the source, and may not be passed on.', DELEGATION, { begun: false, source: KB }),
  security(0x8009030f, 'SEC_E_MESSAGE_ALTERED', 'A message was changed on its way, or signed with another key.', ['Look for a device between the hosts that changes traffic.'], { retry: 'later' }),
  security(0x80090310, 'SEC_E_OUT_OF_SEQUENCE', 'A signed message came out of its order.', AGAIN, { retry: 'later' }),
  security(0x80090311, 'SEC_E_NO_AUTHENTICATING_AUTHORITY', 'No domain controller could be reached to authenticate with.', DOMAIN),
  security(0x80090316, 'SEC_E_BAD_PKGID', 'There is no security package of that identifier.', POLICY),
  security(0x80090317, 'SEC_E_CONTEXT_EXPIRED', 'The security context has expired, for example because the ticket ended during a long migration.', ['Give the tickets of the domain more time, or move large machines over a faster network.'], { retry: 'later' }),
  security(0x80090318, 'SEC_E_INCOMPLETE_MESSAGE', 'A message of the security protocol was cut off.', AGAIN, { retry: 'later' }),
  security(0x80090320, 'SEC_E_INCOMPLETE_CREDENTIALS', 'The credentials are incomplete, so the context could not be made.', DELEGATION),
  security(0x80090322, 'SEC_E_WRONG_PRINCIPAL', 'The host that answered is not the one the ticket is for.', [...SPN, 'Between clusters, see that the network preferred for migrations leads to the destination and to no other host of the same address.'], { begun: false, source: KB }),
  security(0x80090324, 'SEC_E_TIME_SKEW', 'The clocks of client and server differ too much.', CLOCK),
  security(0x80090325, 'SEC_E_UNTRUSTED_ROOT', 'The certificate chain ends at an authority that is not trusted.', CERTIFICATE),
  security(0x80090326, 'SEC_E_ILLEGAL_MESSAGE', 'A message of the security protocol was not expected or not well-formed.', POLICY),
  security(0x80090327, 'SEC_E_CERT_UNKNOWN', 'A certificate could not be processed.', CERTIFICATE),
  security(0x80090328, 'SEC_E_CERT_EXPIRED', 'The certificate has expired.', CERTIFICATE),
  security(0x80090331, 'SEC_E_ALGORITHM_MISMATCH', 'Client and server have no algorithm in common.', POLICY),
  security(0x80090333, 'SEC_E_UNFINISHED_CONTEXT_DELETED', 'A security context was deleted before it was complete.', AGAIN, { retry: 'later' }),
  security(0x80090334, 'SEC_E_NO_TGT_REPLY', 'The client was to send its ticket-granting ticket, and has none.', DOMAIN),
  security(0x80090335, 'SEC_E_NO_IP_ADDRESSES', 'The request could not be completed because the local machine has no address.', ['Check the network adapters of the host.']),
  security(0x80090342, 'SEC_E_KDC_UNKNOWN_ETYPE', 'The domain controller does not support the encryption type.', POLICY),
  security(0x80090345, 'SEC_E_DELEGATION_REQUIRED', 'The request needs an account that is trusted for delegation.', DELEGATION),
  security(0x80090346, 'SEC_E_BAD_BINDINGS', 'The channel bindings of the client do not fit the TLS channel.', ['Look for a device that ends TLS between client and host.']),
  security(0x80090347, 'SEC_E_MULTIPLE_ACCOUNTS', 'The name belongs to several accounts.', SPN),
  security(0x80090348, 'SEC_E_NO_KERB_KEY', 'The account has no Kerberos key.', ['Reset the password of the account, so that its keys are made anew.']),
  security(0x80090350, 'SEC_E_DOWNGRADE_DETECTED', 'The domain controller could not be reached, or somebody tried to weaken the authentication.', DOMAIN),
  security(0x80090356, 'SEC_E_NO_S4U_PROT_SUPPORT', 'The domain does not support delegation with protocol transition.', DELEGATION),
  security(0x80090357, 'SEC_E_CROSSREALM_DELEGATION_FAILURE', 'Constrained delegation was asked for a target outside the domain.', ['Use resource-based constrained delegation, set on the destination, when both hosts are in different domains.', ...DELEGATION.slice(1)]),
  security(0x8009035e, 'SEC_E_DELEGATION_POLICY', 'The policy of this host does not let credentials be delegated to the target.', DELEGATION),
  security(0x8009035f, 'SEC_E_POLICY_NLTM_ONLY', 'The policy does not let credentials be delegated where only NTLM authenticates.', SPN),
  security(0x80090363, 'SEC_E_MUTUAL_AUTH_FAILED', 'The server could not prove who it is.', SPN),
];
