import type { CimInstance } from '../cim/instance.js';
import { DEFAULT_NAMESPACE, type InstancePath, formatObjectPath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import { type ExtendedStatus, destinationUnreachable, invalidSelectors } from './faults.js';
import { findByName, sameName } from './repository/fold.js';
import { namespaceIdentity } from './repository/identity.js';
import { WmiError } from './repository/wmi-error.js';
import { type Call, type HostState, ServiceFault } from './service.js';

/**
 * The class that a request is for, as it is spelled in the schema, and its keys by their own names. `__cimnamespace` may
 * stand among the selectors when it says what the resource URI says.
 *
 * @throws ServiceFault - the resource is no class of WMI, or the selectors are not its keys
 */
export function targetOf({ request }: Call, { schema }: HostState): InstancePath {
  const { className, namespace } = request;
  if (className === null || namespace === null) throw new ServiceFault(destinationUnreachable(null));
  const declared = schema.classInfo(className);
  const info = declared !== null && namespaceIdentity(declared.namespace) === namespaceIdentity(namespace) ? declared : null;
  const keys: Record<string, CimValue> = {};
  for (const [name, value] of Object.entries(request.selectors)) {
    if (sameName(name, '__cimnamespace') && typeof value === 'string' && namespaceIdentity(value) === namespaceIdentity(namespace)) continue;
    const key = info === null ? name : info.keys.find((one) => sameName(one, name));
    if (key === undefined) throw new ServiceFault(invalidSelectors('UnexpectedSelectors'));
    keys[key] = value;
  }
  return { namespace: info?.namespace ?? namespace, className: info?.name ?? className, keys };
}

/**
 * The instance that a request is for.
 *
 * @throws ServiceFault - there is none, or the selectors are not its keys
 */
export function instanceOf(call: Call, host: HostState): CimInstance {
  const path = targetOf(call, host);
  const info = host.schema.classInfo(path.className);
  if (info?.keys.some((key) => findByName(path.keys, key) === null) === true) throw new ServiceFault(invalidSelectors('InsufficientSelectors'));
  const operation = call.request.method === null ? 'GetObject' : 'ExecMethod';
  try {
    const instance = host.repository.get(path);
    if (host.vmms.isRunning || namespaceIdentity(path.namespace) !== namespaceIdentity(DEFAULT_NAMESPACE)) return instance;
    throw new WmiError('notFound', 'The management service does not run');
  } catch (error) {
    if (!(error instanceof WmiError)) throw error;
    if (error.statusName === 'invalidParameter') throw new ServiceFault(invalidSelectors(Object.keys(path.keys).length === 0 ? 'InsufficientSelectors' : 'UnexpectedSelectors'));
    if (error.statusName === 'typeMismatch') throw new ServiceFault(invalidSelectors('TypeMismatch'));
    throw new ServiceFault(destinationUnreachable(statusOf(error, path, operation)));
  }
}

/** The path in it has no namespace, as WMI writes it. */
function statusOf(error: WmiError, path: InstancePath, operation: string): ExtendedStatus {
  if (error.statusName !== 'notFound') return { operation, parameterInfo: path.className, providerName: 'WinMgmt' };
  return { operation, parameterInfo: formatObjectPath(path).replace(/^[^:]*:/, ''), providerName: 'VmmsWmiInstanceAndMethodProvider' };
}
