import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TransportError } from '../../../src/errors.js';
import { HyperVHost } from '../../../src/hyperv/host.js';
import { type HostLoad, HostSlots, NEEDS, readHostLoad } from '../../../src/hyperv/queue/slots.js';
import { DEFAULT_USER, SimulatedHost } from '../../../src/testing/index.js';
import { FakeHost } from './fake-host.js';

const LOAD: HostLoad = { maximumMigrations: 2, maximumStorageMigrations: 1, activeMigrations: 0, activeStorageMigrations: 0 };
const slotsOf = (read: () => Promise<HostLoad>) => new HostSlots(new FakeHost('hv01'), read);
const MACHINE = NEEDS.VirtualSystem.source;
const BOTH = NEEDS.VirtualSystemAndStorage.source;
const STORAGE = NEEDS.Storage.source;

describe('what a migration needs', () => {
  it.each([
    ['VirtualSystem', { machines: 1, storage: 0 }, { machines: 1, storage: 0 }],
    ['Staged', { machines: 1, storage: 0 }, { machines: 1, storage: 0 }],
    ['VirtualSystemAndStorage', { machines: 1, storage: 1 }, { machines: 1, storage: 1 }],
    ['Storage', { machines: 0, storage: 1 }, { machines: 0, storage: 0 }],
    ['StorageDeepCheck', { machines: 0, storage: 0 }, { machines: 0, storage: 0 }],
  ] as const)('%s', (type, source, destination) => {
    expect(NEEDS[type]).toEqual({ source, destination });
  });
});

describe('the slots of a host', () => {
  it('have no room while nobody has read the host', () => {
    expect(slotsOf(() => Promise.resolve(LOAD)).hasRoom(MACHINE)).toBe(false);
  });

  it('are held and released, each kind by itself', async () => {
    const slots = slotsOf(() => Promise.resolve(LOAD));
    await slots.refresh();
    const [one, two] = [{}, {}];
    slots.hold(one, BOTH);
    expect([MACHINE, STORAGE, BOTH].map((need) => slots.hasRoom(need))).toEqual([true, false, false]);
    slots.hold(two, MACHINE);
    expect(slots.hasRoom(MACHINE)).toBe(false);
    slots.release(one);
    expect([MACHINE, STORAGE, BOTH].map((need) => slots.hasRoom(need))).toEqual([true, true, true]);
  });

  it('are taken by what others run there, ours not counted twice', async () => {
    const load = { ...LOAD };
    const slots = slotsOf(() => Promise.resolve(load));
    const ours = {};
    slots.hold(ours, MACHINE);
    slots.activate(ours);
    load.activeMigrations = 1;
    await slots.refresh();
    expect(slots.hasRoom(MACHINE)).toBe(true);
    load.activeMigrations = 2;
    await slots.refresh();
    expect(slots.hasRoom(MACHINE)).toBe(false);
  });

  it('do not mind that what is not needed is overbooked', async () => {
    const slots = slotsOf(() => Promise.resolve({ ...LOAD, activeStorageMigrations: 5 }));
    await slots.refresh();
    expect(slots.hasRoom(MACHINE)).toBe(true);
    expect(slots.hasRoom(NEEDS.StorageDeepCheck.source)).toBe(true);
  });

  it('are read anew when one of ours begins or ends, even in the middle of a reading', async () => {
    let answer!: (load: HostLoad) => void;
    const slots = slotsOf(() => new Promise((resolve) => (answer = resolve)));
    const ours = {};
    slots.hold(ours, MACHINE);
    const reading = slots.refresh();
    expect(slots.refresh()).toBe(reading);
    slots.activate(ours);
    answer(LOAD);
    await reading;
    expect(slots.isCurrent).toBe(false);
    const again = slots.refresh();
    answer(LOAD);
    await again;
    expect(slots.isCurrent).toBe(true);
    slots.release(ours);
    expect(slots.isCurrent).toBe(false);
  });

  it('are outdated on demand, but not by what is being read', async () => {
    const slots = slotsOf(() => Promise.resolve(LOAD));
    const reading = slots.refresh();
    slots.outdate();
    await reading;
    expect(slots.isCurrent).toBe(true);
    slots.outdate();
    expect(slots.isCurrent).toBe(false);
  });

  it('tell what a host never allows, once it was read', async () => {
    const slots = slotsOf(() => Promise.resolve({ ...LOAD, maximumStorageMigrations: 0 }));
    expect(slots.allows(BOTH)).toBe(true);
    await slots.refresh();
    expect([MACHINE, STORAGE, BOTH].map((need) => slots.allows(need))).toEqual([true, false, false]);
  });

  it('know since when the host cannot be read', async () => {
    const answers = [() => Promise.reject(new TransportError('refused')), () => Promise.resolve(LOAD)];
    const slots = slotsOf(() => answers.shift()!());
    await expect(slots.refresh()).rejects.toThrow(TransportError);
    expect(slots.failingMs).toBeGreaterThan(0);
    await slots.refresh();
    expect(slots.failingMs).toBe(0);
  });
});

describe('reading a host', () => {
  let simulated: SimulatedHost;
  let host: HyperVHost;
  beforeAll(async () => {
    simulated = await SimulatedHost.start();
    host = new HyperVHost({ url: simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER } });
  });
  afterAll(async () => {
    await host.close();
    await simulated.close();
  });

  const SERVICE = {
    className: 'Msvm_VirtualSystemMigrationService',
    keys: { CreationClassName: 'Msvm_VirtualSystemMigrationService', Name: 'vmms', SystemCreationClassName: 'Msvm_ComputerSystem', SystemName: 'SIMHOST' },
  };
  const SETTINGS = { className: 'Msvm_VirtualSystemMigrationServiceSettingData', keys: { InstanceID: 'Microsoft:vmms' } };

  it('says that a host without the service is not there', async () => {
    await expect(readHostLoad(host)).rejects.toThrow(TransportError);
  });

  it('takes 1 and 0 for what the host does not say', async () => {
    simulated.seed([SERVICE, SETTINGS]);
    expect(await readHostLoad(host)).toEqual({ maximumMigrations: 1, maximumStorageMigrations: 1, activeMigrations: 0, activeStorageMigrations: 0 });
  });

  it('tells limits and counts', async () => {
    simulated.seed([
      { ...SERVICE, properties: { ActiveVirtualSystemMigrationCount: 3, ActiveStorageMigrationCount: 1 } },
      { ...SETTINGS, properties: { MaximumActiveVirtualSystemMigration: 4, MaximumActiveStorageMigration: 2 } },
    ]);
    expect(await readHostLoad(host)).toEqual({ maximumMigrations: 4, maximumStorageMigrations: 2, activeMigrations: 3, activeStorageMigrations: 1 });
  });
});
