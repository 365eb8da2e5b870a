import { type CatalogueEntry, hresults } from './entry.js';

const hypervisor = hresults({ layer: 'VMMS', retry: 'afterFix', source: 'winerror.h, FACILITY_USERMODE_HYPERVISOR' });
const vid = hresults({ layer: 'VMMS', retry: 'afterFix', source: 'winerror.h, FACILITY_USERMODE_VIRTUALIZATION' });
const worker = hresults({ layer: 'VMMS', retry: 'later', source: 'winerror.h, FACILITY_USERMODE_VIRTUALIZATION' });

const MEMORY: readonly string[] = ['Free memory on the host that reports it, or choose another host.'];
const STATE: readonly string[] = ['The saved state does not fit: shut the machine down and move it off, or delete its saved state when its memory may be lost.'];
const HOST: readonly string[] = ['Look into the logs Hyper-V-Worker and Hyper-V-VMMS of the host that reports it; install its updates.'];
const AGAIN: readonly string[] = ['Wait until the machine is at rest, then try again.'];

/** Errors of the hypervisor, of the virtualization driver and of the worker process. */
export const VIRTUALIZATION: readonly CatalogueEntry[] = [
  hypervisor(0xc0350073, 'ERROR_HV_INSUFFICIENT_ROOT_MEMORY', 'The host itself has too little memory for the hypervisor.', MEMORY),
  hypervisor(0xc0350071, 'ERROR_HV_OPERATION_FAILED', 'The hypervisor failed to do what was asked.', HOST),
  hypervisor(0xc0350072, 'ERROR_HV_NOT_ALLOWED_WITH_NESTED_VIRT_ACTIVE', 'The machine runs a hypervisor itself, and that does not allow this.', ['Shut the machine down before you move it.'], { layer: 'compatibility' }),
  hypervisor(0xc0351000, 'ERROR_HV_NOT_PRESENT', 'The hypervisor does not run on that host.', ['Switch virtualization on in the firmware, install Hyper-V and restart the host.']),
  vid(0x80370001, 'ERROR_VID_REMOTE_NODE_PARENT_GPA_PAGES_USED', 'The machine runs with memory of another NUMA node; it works, and more slowly.', ['Give the machine memory that fits into one NUMA node.'], { retry: 'no' }),
  vid(0xc0370008, 'ERROR_VID_PARTITION_ALREADY_EXISTS', 'The partition of the machine exists already on that host.', ['Look whether the machine runs there already, or a worker process of it is left.']),
  vid(0xc0370009, 'ERROR_VID_PARTITION_DOES_NOT_EXIST', 'The partition of the machine does not exist.', HOST),
  vid(0xc037000f, 'ERROR_VID_INVALID_NUMA_SETTINGS', 'The NUMA settings of the machine are not valid.', ['Let the host choose: reset the virtual NUMA topology of the machine.'], { layer: 'compatibility' }),
  vid(0xc0370010, 'ERROR_VID_INVALID_NUMA_NODE_INDEX', 'The machine asks for a NUMA node that this host does not have.', ['Reset the virtual NUMA topology of the machine.'], { layer: 'compatibility' }),
  vid(0xc037001b, 'ERROR_VID_VIRTUAL_PROCESSOR_LIMIT_EXCEEDED', 'The limit of virtual processors was exceeded.', ['Give the machine fewer processors, or choose a larger host.'], { layer: 'compatibility' }),
  vid(0xc037001c, 'ERROR_VID_STOP_PENDING', 'The machine is being stopped.', AGAIN, { retry: 'later' }),
  vid(0xc037001d, 'ERROR_VID_INVALID_PROCESSOR_STATE', 'A virtual processor is in a state that does not allow this.', AGAIN, { retry: 'later' }),
  vid(0xc0370027, 'ERROR_VID_SAVED_STATE_CORRUPT', 'The saved state of the machine cannot be read.', STATE),
  vid(0xc0370028, 'ERROR_VID_SAVED_STATE_UNRECOGNIZED_ITEM', 'The saved state holds something that this host does not know.', STATE, { layer: 'compatibility' }),
  vid(0xc0370029, 'ERROR_VID_SAVED_STATE_INCOMPATIBLE', 'The saved state is not compatible with this host.', STATE, { layer: 'compatibility' }),
  worker(0xc0370103, 'ERROR_VMCOMPUTE_OPERATION_PENDING', 'Another operation on the machine is under way.', AGAIN),
  worker(0xc0370105, 'ERROR_VMCOMPUTE_INVALID_STATE', 'The machine is in a state that does not allow this.', AGAIN),
  worker(0xc0370106, 'ERROR_VMCOMPUTE_UNEXPECTED_EXIT', 'The machine ended unexpectedly.', HOST, { retry: 'afterFix' }),
  worker(0xc0370109, 'ERROR_VMCOMPUTE_TIMEOUT', 'The operation on the machine took too long.', HOST),
  worker(0x80370109, 'HCS_E_CONNECTION_TIMEOUT', 'The connection to the machine took too long.', HOST),
  worker(0x80370118, 'HCS_E_OPERATION_TIMEOUT', 'The operation on the machine took too long.', HOST),
  worker(0x80370102, 'HCS_E_HYPERV_NOT_INSTALLED', 'Hyper-V is not installed there, or the hypervisor does not run.', ['Install Hyper-V, switch virtualization on in the firmware, restart the host.'], { retry: 'afterFix' }),
];
