import { describe, expect, it } from 'vitest';
import { createInstance } from '../../../src/cim/instance.js';
import { UsageError } from '../../../src/errors.js';
import type { MigrationSettings } from '../../../src/hyperv/migrations/options.js';
import { migrationSettingData } from '../../../src/hyperv/migrations/setting-data.js';

const instance = (...properties: readonly string[]): string =>
  `<INSTANCE CLASSNAME="Msvm_VirtualSystemMigrationSettingData"><PROPERTY NAME="MigrationType" TYPE="uint16"><VALUE>32771</VALUE></PROPERTY>${properties.join('')}</INSTANCE>`;

/** By DSP0201, PROPERTY and PROPERTY.ARRAY, with the types of the class; markup inside a value as numeric references. */
const UNMANAGED =
  '<PROPERTY.ARRAY NAME="UnmanagedVhds" TYPE="string"><VALUE.ARRAY><VALUE>' +
  '&#60;INSTANCE CLASSNAME=&#34;Msvm_MoveUnmanagedVhd&#34;&#62;' +
  '&#60;PROPERTY NAME=&#34;VhdSourcePath&#34; TYPE=&#34;string&#34;&#62;&#60;VALUE&#62;C:\\a &#38;#38; b.vhdx&#60;/VALUE&#62;&#60;/PROPERTY&#62;' +
  '&#60;PROPERTY NAME=&#34;VhdDestinationPath&#34; TYPE=&#34;string&#34;&#62;&#60;VALUE&#62;D:\\b.vhdx&#60;/VALUE&#62;&#60;/PROPERTY&#62;&#60;/INSTANCE&#62;' +
  '</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>';
const VHD = { VhdSourcePath: 'C:\\a & b.vhdx', VhdDestinationPath: 'D:\\b.vhdx' };

describe('Msvm_VirtualSystemMigrationSettingData of a migration', () => {
  it.each<[string, MigrationSettings, string]>([
    ['nothing but its type', {}, instance()],
    [
      'numbers, booleans and addresses in their types',
      { TransportType: 32768, EnableCompression: false, DestinationIPAddressList: ['192.0.2.8'] },
      instance(
        '<PROPERTY NAME="TransportType" TYPE="uint16"><VALUE>32768</VALUE></PROPERTY>',
        '<PROPERTY NAME="EnableCompression" TYPE="boolean"><VALUE>FALSE</VALUE></PROPERTY>',
        '<PROPERTY.ARRAY NAME="DestinationIPAddressList" TYPE="string"><VALUE.ARRAY><VALUE>192.0.2.8</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>',
      ),
    ],
    [
      'properties that it inherits',
      { Bandwidth: 200, BandwidthUnit: 'Mbps' },
      instance('<PROPERTY NAME="Bandwidth" TYPE="uint16"><VALUE>200</VALUE></PROPERTY>', '<PROPERTY NAME="BandwidthUnit" TYPE="string"><VALUE>Mbps</VALUE></PROPERTY>'),
    ],
    ['unmanaged disks as texts in the text', { UnmanagedVhds: [VHD] }, instance(UNMANAGED)],
    ['unmanaged disks given as instances', { UnmanagedVhds: [createInstance({ className: 'Msvm_MoveUnmanagedVhd', properties: VHD })] }, instance(UNMANAGED)],
    ['a null', { UnmanagedVhds: null, AdvancedOptions: null }, instance('<PROPERTY NAME="AdvancedOptions" TYPE="string"></PROPERTY>', '<PROPERTY.ARRAY NAME="UnmanagedVhds" TYPE="string"></PROPERTY.ARRAY>')],
  ])('holds %s', async (_name, given, text) => {
    expect(await migrationSettingData('VirtualSystemAndStorage', given)).toBe(text);
  });

  it.each<[string, object, RegExp]>([
    ['MigrationType', { MigrationType: 32769 }, /follows from type/],
    ['a property that the class does not have', { Compression: true }, /has no property Compression/],
    ['such a property of an unmanaged disk', { UnmanagedVhds: [{ Source: 'C:\\a.vhdx' }] }, /Msvm_MoveUnmanagedVhd has no property Source/],
    ['a number beyond its type', { TransportType: 70_000 }, /TransportType/],
    ['one address where a list must be', { DestinationIPAddressList: '192.0.2.8' }, /DestinationIPAddressList/],
  ])('refuses %s', async (_name, given, message) => {
    const made = migrationSettingData('VirtualSystem', given);
    await expect(made).rejects.toBeInstanceOf(UsageError);
    await expect(made).rejects.toThrow(message);
  });
});
