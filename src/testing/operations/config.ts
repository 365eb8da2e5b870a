import { configResponseBody } from '../../wsman/config.js';
import { destinationUnreachable } from '../faults.js';
import { LIMITS } from '../limits.js';
import { type Call, type HostState, type Outcome, ServiceFault } from '../service.js';

/** Get of `winrm/config`, with the limits alone. It is one resource and has no selectors. */
export function getConfig({ request }: Call, { enumerationTimeoutMs }: HostState): Outcome {
  if (Object.keys(request.selectors).length > 0) throw new ServiceFault(destinationUnreachable(null));
  return { action: `${request.action}Response`, body: configResponseBody({ ...LIMITS, EnumerationTimeoutms: enumerationTimeoutMs }) };
}
