import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/errors.js';
import { servicePath } from '../../src/hyperv/service-path.js';
import { type Rig, countOf, startRig } from './support.js';

const SERVICE = 'Msvm_VirtualSystemMigrationService';
const KEYS = { CreationClassName: SERVICE, Name: 'vmms', SystemCreationClassName: 'Msvm_ComputerSystem', SystemName: 'HV01' };

describe('servicePath', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  it('asks once for a client and a class', async () => {
    rig.simulated.seed([{ className: SERVICE, properties: KEYS }]);
    const expected = { namespace: 'root/virtualization/v2', className: SERVICE, keys: KEYS };
    expect(await servicePath(rig.host.client, SERVICE)).toEqual(expected);
    const from = rig.simulated.requests.length;
    expect(await servicePath(rig.host.client, SERVICE)).toEqual(expected);
    expect(rig.simulated.requests.length).toBe(from);
    await servicePath(rig.host.client, 'Msvm_ComputerSystem');
    expect(countOf(rig.simulated, 'Enumerate', from)).toBe(1);
    expect(rig.simulated.openEnumerations).toBe(0);
  });

  it('says that the management service does not run when there is none, and asks anew the next time', async () => {
    const error: unknown = await servicePath(rig.host.client, SERVICE).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TransportError);
    expect((error as Error).message).toContain('vmms');
    rig.simulated.seed([{ className: SERVICE, properties: KEYS }]);
    expect((await servicePath(rig.host.client, SERVICE)).keys.Name).toBe('vmms');
  });
});
