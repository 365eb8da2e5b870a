import { type CatalogueEntry, hresults } from './entry.js';

const wsman = hresults({ layer: 'VMMS', retry: 'afterFix', source: 'wsmerror.h' });

const NAMES: readonly string[] = ['Check namespace, class and keys; a job is removed five minutes after its end.'];
const REQUEST: readonly string[] = ['The request does not fit this host: compare its release with what was asked for.'];
const AGAIN: readonly string[] = ['See that the services WinRM and vmms run on the host, then ask again.'];
const RIGHTS: readonly string[] = ['The account needs Remote Management Users and Hyper-V Administrators, or Administrators, of the host.'];
const LIMITS: readonly string[] = ['Ask for less at once, close what is not used, or raise the limits of winrm/config.'];

/** Errors of the WS-Management service. */
export const WSMAN_CODES: readonly CatalogueEntry[] = [
  wsman(2150858752, 'ERROR_WSMAN_RESOURCE_NOT_FOUND', 'The host has nothing at that resource URI with those selectors.', NAMES, { retry: 'no' }),
  wsman(2150858753, 'ERROR_WSMAN_INVALID_ACTIONURI', 'The action is not valid.', REQUEST, { retry: 'no' }),
  wsman(2150858755, 'ERROR_WSMAN_PROVIDER_FAILURE', 'The provider failed; the inner fault tells why.', AGAIN, { generic: true, retry: 'later' }),
  wsman(2150858779, 'ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT', 'The enumeration is not known any more.', ['Start the enumeration anew, and read it faster than the host gives up.'], { retry: 'later' }),
  wsman(2150858780, 'ERROR_WSMAN_ENUMERATE_TIMED_OUT', 'The enumeration took too long.', LIMITS, { retry: 'later' }),
  wsman(2150858790, 'ERROR_WSMAN_ENVELOPE_TOO_LARGE', 'A message is larger than it may be.', LIMITS),
  wsman(2150858793, 'ERROR_WSMAN_OPERATION_TIMEDOUT', 'The operation did not end in the time the request allows.', ['Allow more time; of a method, find out first whether it was carried out.'], { retry: 'later' }),
  wsman(2150858806, 'ERROR_WSMAN_FAILED_AUTHENTICATION', 'The user could not be authenticated.', ['Check the user name, the password and the scheme of authentication.'], { layer: 'authentication' }),
  wsman(2150858811, 'ERROR_WSMAN_INVALID_RESOURCE_URI', 'The resource URI is not valid.', NAMES, { retry: 'no' }),
  wsman(2150858813, 'ERROR_WSMAN_INVALID_SELECTORS', 'The selectors are not valid for that resource.', NAMES, { retry: 'no' }),
  wsman(2150858815, 'ERROR_WSMAN_QUOTA_LIMIT', 'A limit of the service was reached.', LIMITS, { retry: 'later' }),
  wsman(2150858817, 'ERROR_WSMAN_SCHEMA_VALIDATION_ERROR', 'The content of the message does not fit the schema of the class.', REQUEST, { retry: 'no' }),
  wsman(2150858823, 'ERROR_WSMAN_MAX_ENVELOPE_SIZE', 'The answer does not fit into the size that was allowed for it.', LIMITS),
  wsman(2150858824, 'ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED', 'The message is larger than the size that was allowed for it.', LIMITS),
  wsman(2150858842, 'ERROR_WSMAN_INSUFFCIENT_SELECTORS', 'Selectors are missing.', NAMES, { retry: 'no' }),
  wsman(2150858843, 'ERROR_WSMAN_UNEXPECTED_SELECTORS', 'There are selectors that the resource does not have.', NAMES, { retry: 'no' }),
  wsman(2150858980, 'ERROR_WSMAN_SERVER_NOT_TRUSTED', 'The client does not trust the server.', ['Use HTTPS or Kerberos, or add the host to the trusted hosts of a Windows client.'], { layer: 'authentication' }),
  wsman(2150859012, 'ERROR_WSMAN_WMI_SVC_ACCESS_DENIED', 'The WMI service refused access.', RIGHTS, { layer: 'authentication' }),
  wsman(2150859013, 'ERROR_WSMAN_WMI_PROVIDER_ACCESS_DENIED', 'The WMI provider refused access.', RIGHTS, { layer: 'authentication' }),
  wsman(2150859014, 'ERROR_WSMAN_WMI_CANNOT_CONNECT_ACCESS_DENIED', 'The WMI namespace refused access.', RIGHTS, { layer: 'authentication' }),
  wsman(2150859046, 'ERROR_WSMAN_NETWORK_TIMEDOUT', 'The host was not reached in time.', ['Check the address, the firewall (5985, 5986) and the listener of WinRM.'], { layer: 'network', retry: 'later' }),
  wsman(2150859174, 'ERROR_WSMAN_QUOTA_MAX_OPERATIONS', 'The service carries out as many operations as it may.', LIMITS, { retry: 'later' }),
  wsman(2150859240, 'ERROR_WSMAN_QUOTA_MAX_OPERATIONS_USER_PPQ', 'The user has as many operations open as the quota allows.', LIMITS, { retry: 'later' }),
  wsman(2150859193, 'ERROR_WSMAN_NAME_NOT_RESOLVED', 'The name of the host could not be resolved.', ['Check the name and DNS.'], { layer: 'network' }),
];
