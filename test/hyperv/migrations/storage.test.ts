import { describe, expect, it } from 'vitest';
import { decodeCimXml } from '../../../src/cim/cim-xml.js';
import { createInstance } from '../../../src/cim/instance.js';
import { UsageError } from '../../../src/errors.js';
import { newSettings } from '../../../src/hyperv/migrations/storage.js';
import { ID, OTHER_ID, addMachine, diskId, startHost } from './hosts.js';

const SYSTEM = 'C:\\vm\\ledger-2\\system.vhdx';
const DATA = 'E:\\data\\Ledger.VHDX';

async function lab(disks: readonly string[] = [SYSTEM, DATA]) {
  const source = await startHost('node-a');
  addMachine(source, ID, 'ledger-2', disks);
  const settings = (options: Parameters<typeof newSettings>[2]) => newSettings(source.host.client, ID, options, () => ({}));
  return { ...source, settings };
}

const places = (texts: readonly string[] | null) => texts?.map((text) => decodeCimXml(text)).map(({ InstanceID, HostResource }) => [InstanceID, HostResource]);

describe('the new settings of a machine', () => {
  it('asks nothing when nothing changes', async () => {
    const { simulated, settings } = await lab();
    expect(await settings({})).toEqual({ NewSystemSettingData: null, NewResourceSettingData: null });
    expect(simulated.requests).toHaveLength(0);
  });

  it('puts everything under one directory', async () => {
    const { settings } = await lab();
    const { NewSystemSettingData, NewResourceSettingData } = await settings({ storage: { path: 'D:\\moved\\' } });
    expect(NewSystemSettingData).toBe(
      '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData">' +
        `<PROPERTY NAME="InstanceID" TYPE="string"><VALUE>Microsoft:${ID}</VALUE></PROPERTY>` +
        '<PROPERTY NAME="ConfigurationDataRoot" TYPE="string"><VALUE>D:\\moved\\</VALUE></PROPERTY>' +
        '<PROPERTY NAME="SnapshotDataRoot" TYPE="string"><VALUE>D:\\moved\\</VALUE></PROPERTY>' +
        '<PROPERTY NAME="SwapFileDataRoot" TYPE="string"><VALUE>D:\\moved\\</VALUE></PROPERTY></INSTANCE>',
    );
    expect(places(NewResourceSettingData)).toEqual([
      [diskId(ID, 0), ['D:\\moved\\Virtual Hard Disks\\system.vhdx']],
      [diskId(ID, 1), ['D:\\moved\\Virtual Hard Disks\\Ledger.VHDX']],
    ]);
  });

  it('moves single disks, found in any letter case, whole but for HostResource', async () => {
    const { settings } = await lab();
    const { NewSystemSettingData, NewResourceSettingData } = await settings({ storage: { disks: { 'e:/DATA/ledger.vhdx': '\\\\share\\vm\\ledger.vhdx' } } });
    expect(NewSystemSettingData).toBeNull();
    expect(NewResourceSettingData).toHaveLength(1);
    const [text] = NewResourceSettingData!;
    expect(text).toMatch(/^<INSTANCE CLASSNAME="Msvm_StorageAllocationSettingData">/);
    expect(text).toContain('<PROPERTY.ARRAY NAME="HostResource" TYPE="string"><VALUE.ARRAY><VALUE>\\\\share\\vm\\ledger.vhdx</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>');
    expect(text).toContain(`<PROPERTY NAME="InstanceID" TYPE="string"><VALUE>${diskId(ID, 1)}</VALUE></PROPERTY>`);
    expect(text).toContain('<PROPERTY NAME="ResourceType" TYPE="uint16"><VALUE>31</VALUE></PROPERTY>');
    expect(text).toContain('<PROPERTY NAME="VirtualQuantity" TYPE="uint64"><VALUE>1</VALUE></PROPERTY>');
    expect(text).toContain('<PROPERTY NAME="PoolID" TYPE="string"></PROPERTY>');
  });

  it('lets a single disk count before the directory', async () => {
    const { settings } = await lab();
    const { NewResourceSettingData } = await settings({ storage: { path: 'D:\\moved', disks: { [DATA]: 'F:\\ledger.vhdx' } } });
    expect(places(NewResourceSettingData)).toEqual([
      [diskId(ID, 0), ['D:\\moved\\Virtual Hard Disks\\system.vhdx']],
      [diskId(ID, 1), ['F:\\ledger.vhdx']],
    ]);
  });

  it('takes settings and devices of the caller, and these before its own', async () => {
    const { settings } = await lab([SYSTEM]);
    const own = createInstance({ className: 'Msvm_StorageAllocationSettingData', properties: { InstanceID: diskId(ID, 0), HostResource: ['G:\\x.vhdx'] } });
    const { NewSystemSettingData, NewResourceSettingData } = await settings({
      storage: { path: 'D:\\moved' },
      newSystemSettings: { SnapshotDataRoot: 'D:\\snapshots', ElementName: 'ledger-3' },
      newResourceSettings: [own],
    });
    const system = decodeCimXml(NewSystemSettingData!);
    expect([system.ConfigurationDataRoot, system.SnapshotDataRoot, system.ElementName]).toEqual(['D:\\moved', 'D:\\snapshots', 'ledger-3']);
    expect(places(NewResourceSettingData)).toEqual([[diskId(ID, 0), ['G:\\x.vhdx']]]);
  });

  it.each<[string, Parameters<typeof newSettings>[2], RegExp]>([
    ['a disk that the machine does not have', { storage: { disks: { 'C:\\nope.vhdx': 'D:\\nope.vhdx' } } }, /no disk C:\\nope\.vhdx; it has C:\\vm\\ledger-2\\system\.vhdx, E:\\data\\Ledger\.VHDX/],
    ['a CD', { storage: { disks: { 'C:\\iso\\setup.iso': 'D:\\setup.iso' } } }, /no disk C:\\iso\\setup\.iso/],
    ['one place for two disks', { storage: { disks: { [SYSTEM]: 'D:\\a.vhdx', [DATA]: 'd:\\A.VHDX' } } }, /Two disks/],
    ['a setting that the class does not have', { newSystemSettings: { Name: 'x' } as object }, /has no property Name/],
  ])('refuses %s', async (_name, options, message) => {
    const { settings } = await lab();
    const made = settings(options);
    await expect(made).rejects.toBeInstanceOf(UsageError);
    await expect(made).rejects.toThrow(message);
  });

  it('refuses a directory in which two disks would have the same name', async () => {
    const { settings } = await lab(['C:\\a\\disk.vhdx', 'D:\\b\\disk.vhdx']);
    await expect(settings({ storage: { path: 'E:\\' } })).rejects.toThrow(/Two disks.*storage\.disks/);
  });

  it('says so when the settings of the machine are not there', async () => {
    const { host } = await lab();
    await expect(newSettings(host.client, OTHER_ID, { storage: { path: 'D:\\' } }, () => ({}))).rejects.toThrow(/no settings of the machine/);
  });
});
