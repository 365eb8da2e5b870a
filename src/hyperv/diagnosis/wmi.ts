import { type CatalogueEntry, hresults } from './entry.js';

const wmi = hresults({ layer: 'VMMS', retry: 'afterFix', source: 'WBEMSTATUS (wbemcli.h)' });

const RIGHTS: readonly string[] = [
  'The account must be in Hyper-V Administrators and in Remote Management Users, or in Administrators, of the host.',
  'For a local account that is not the built-in Administrator, remote logons hold administrative rights only with LocalAccountTokenFilterPolicy.',
];
const AGAIN: readonly string[] = ['See that the services Winmgmt and vmms run on the host, then ask again.'];
const NAMES: readonly string[] = ['Check the names of namespace, class, keys and properties: Hyper-V\'s classes are in root/virtualization/v2.', 'See that the role Hyper-V is installed on the host.'];
const VALUES: readonly string[] = ['Check the values and their types against the class.'];
const LOAD: readonly string[] = ['Ask for less at a time, and close what is not used any more.'];

/** Errors of WMI. */
export const WMI: readonly CatalogueEntry[] = [
  wmi(0x80041001, 'WBEM_E_FAILED', 'The call failed; no reason is given.', ['Look for the reason in the other messages and in the log WMI-Activity of the host.'], { generic: true, layer: 'unknown' }),
  wmi(0x80041002, 'WBEM_E_NOT_FOUND', 'The instance does not exist: a job that was removed five minutes after its end, a machine that is on another host.', ['Look for the machine on all hosts; of a job, the outcome is told by where its machine is.'], { retry: 'no' }),
  wmi(0x80041003, 'WBEM_E_ACCESS_DENIED', 'The account has no right to the namespace or the method.', RIGHTS, { layer: 'authentication' }),
  wmi(0x80041004, 'WBEM_E_PROVIDER_FAILURE', 'The provider of the class failed.', AGAIN, { generic: true, retry: 'later' }),
  wmi(0x80041005, 'WBEM_E_TYPE_MISMATCH', 'A value has the wrong type.', VALUES, { retry: 'no' }),
  wmi(0x80041006, 'WBEM_E_OUT_OF_MEMORY', 'WMI had too little memory.', LOAD, { retry: 'later' }),
  wmi(0x80041008, 'WBEM_E_INVALID_PARAMETER', 'A parameter of the call is not valid.', VALUES, { retry: 'no' }),
  wmi(0x80041009, 'WBEM_E_NOT_AVAILABLE', 'What was asked for is not available now.', AGAIN, { retry: 'later' }),
  wmi(0x8004100a, 'WBEM_E_CRITICAL_ERROR', 'WMI has a serious error.', AGAIN, { retry: 'later' }),
  wmi(0x8004100c, 'WBEM_E_NOT_SUPPORTED', 'The class does not support this.', NAMES, { retry: 'no' }),
  wmi(0x8004100e, 'WBEM_E_INVALID_NAMESPACE', 'There is no such namespace: without the role Hyper-V there is no root/virtualization/v2.', NAMES),
  wmi(0x8004100f, 'WBEM_E_INVALID_OBJECT', 'The object is not valid.', VALUES, { retry: 'no' }),
  wmi(0x80041010, 'WBEM_E_INVALID_CLASS', 'There is no such class on this host.', NAMES),
  wmi(0x80041011, 'WBEM_E_PROVIDER_NOT_FOUND', 'The provider of the class was not found.', ['Repair the role Hyper-V, or register its provider anew.']),
  wmi(0x80041013, 'WBEM_E_PROVIDER_LOAD_FAILURE', 'The provider of the class could not be loaded.', AGAIN),
  wmi(0x80041014, 'WBEM_E_INITIALIZATION_FAILURE', 'A part of WMI, often the provider, did not start.', AGAIN, { retry: 'later' }),
  wmi(0x80041015, 'WBEM_E_TRANSPORT_FAILURE', 'WMI could not be reached over its transport.', AGAIN, { layer: 'network', retry: 'later' }),
  wmi(0x80041016, 'WBEM_E_INVALID_OPERATION', 'The operation is not valid.', NAMES, { retry: 'no' }),
  wmi(0x80041017, 'WBEM_E_INVALID_QUERY', 'The query is not valid.', NAMES, { retry: 'no' }),
  wmi(0x80041018, 'WBEM_E_INVALID_QUERY_TYPE', 'The language of the query is not supported.', ['Ask in WQL.'], { retry: 'no' }),
  wmi(0x80041019, 'WBEM_E_ALREADY_EXISTS', 'The instance exists already.', ['Look at the one that is there.'], { retry: 'no' }),
  wmi(0x80041021, 'WBEM_E_INVALID_SYNTAX', 'The syntax is not valid.', NAMES, { retry: 'no' }),
  wmi(0x80041024, 'WBEM_E_PROVIDER_NOT_CAPABLE', 'The provider cannot do this.', NAMES, { retry: 'no' }),
  wmi(0x8004102e, 'WBEM_E_INVALID_METHOD', 'The class has no such method.', NAMES, { retry: 'no' }),
  wmi(0x8004102f, 'WBEM_E_INVALID_METHOD_PARAMETERS', 'The parameters of the method are not valid; of a Hyper-V service often a path that lacks keys.', ['Give the whole path of the instance, with CreationClassName and system.', ...VALUES], { retry: 'no' }),
  wmi(0x80041032, 'WBEM_E_CALL_CANCELLED', 'The call was cancelled.', AGAIN, { retry: 'later' }),
  wmi(0x80041033, 'WBEM_E_SHUTTING_DOWN', 'WMI or the provider is shutting down; some methods also say so when a channel they need is not there.', AGAIN, { retry: 'later' }),
  wmi(0x80041045, 'WBEM_E_SERVER_TOO_BUSY', 'WMI is too busy.', LOAD, { retry: 'later' }),
  wmi(0x80041055, 'WBEM_E_METHOD_NOT_IMPLEMENTED', 'The class declares the method and does not implement it.', NAMES, { retry: 'no' }),
  wmi(0x80041058, 'WBEM_E_UNPARSABLE_QUERY', 'The query could not be read.', ['Check quotation marks and backslashes in the query.'], { retry: 'no' }),
  wmi(0x80041069, 'WBEM_E_TIMED_OUT', 'The call took too long.', LOAD, { retry: 'later' }),
  wmi(0x8004106c, 'WBEM_E_QUOTA_VIOLATION', 'A quota of WMI was exceeded.', LOAD, { retry: 'later' }),
];
