import { type CatalogueEntry, returnValues } from './entry.js';

const method = returnValues({ layer: 'VMMS', retry: 'afterFix', source: 'Msvm_VirtualSystemMigrationService, return values' });

const REASON: readonly string[] = ['Ask the job for its errors, or look into the log Hyper-V-VMMS-Admin of the host.'];
const REQUEST: readonly string[] = ['Check what was passed: paths, names, types and which properties are set. The same mistake gives 32773 at one service and 32776 at another.'];
const AGAIN: readonly string[] = ['Wait until the machine is at rest: no other migration, checkpoint, backup or change of state. Then try again.'];

/**
 * Return values that the methods of Hyper-V share. Methods of the DMTF's classes have values below 32768 that differ from
 * method to method: those are named by the schema alone.
 */
export const RETURN_VALUES: readonly CatalogueEntry[] = [
  method(4096, 'Method Parameters Checked - Job Started', 'No failure: a job was started.', ['Follow the job.'], { retry: 'no', begun: true, generic: true }),
  method(32768, 'Failed', 'The method failed; no reason is given.', REASON, { generic: true }),
  method(32769, 'Access Denied', 'The account may not call the method.', ['The account needs Hyper-V Administrators, or Administrators, of the host.'], { layer: 'authentication', begun: false }),
  method(32770, 'Not Supported', 'This host, or this machine, does not support it.', ['Check the release of the host and the kind of the machine; migrations must be switched on at both hosts.'], { layer: 'compatibility', begun: false }),
  method(32771, 'Status is unknown', 'The host does not know what became of it.', REASON),
  method(32772, 'Timeout', 'The method did not end in time.', REASON, { retry: 'later' }),
  method(32773, 'Invalid parameter', 'A parameter is not valid.', REQUEST, { begun: false }),
  method(32774, 'System is in use', 'The machine is in use by something else.', AGAIN, { retry: 'later', begun: false }),
  method(32775, 'Invalid state for this operation', 'The machine is in a state that does not allow it: being saved, backed up, or moved already.', AGAIN, { retry: 'later', begun: false }),
  method(32776, 'Incorrect data type', 'A parameter has the wrong type.', REQUEST, { begun: false }),
  method(32777, 'System is not available', 'The system is not available.', AGAIN, { retry: 'later', begun: false }),
  method(32778, 'Out of memory', 'There was not enough memory.', ['Free memory on the host, then try again.'], { retry: 'later' }),
  method(32779, 'File not found', 'A file was not found.', ['Check the paths.'], { layer: 'storage', source: 'Msvm_VirtualSystemManagementService and Msvm_ImageManagementService, return values' }),
  method(32784, 'Not compatible', 'The machine is not compatible with the host.', ['Read the reasons that come with it, and change what they name.'], { layer: 'compatibility', source: 'CheckSystemCompatibilityInfo of Msvm_VirtualSystemMigrationService, return values' }),
];
