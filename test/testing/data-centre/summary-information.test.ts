import { describe, expect, it } from 'vitest';
import { managementServicePath } from '../../../src/testing/data-centre/host-instances.js';
import { settingsPath } from '../../../src/testing/data-centre/machine-instances.js';
import { DB01, WEB01, provide } from './provider-support.js';

const MACHINES = [
  { id: WEB01, name: 'web01', memoryMb: 2048 },
  { id: DB01, name: 'db01', state: 'off' },
] as const;
const SERVICE = managementServicePath('hv01');

describe('GetSummaryInformation', () => {
  it('tells of all machines what was asked for, and leaves the rest null', async () => {
    const { client } = await provide({ machines: MACHINES });
    const { returnValue, out } = await client.invoke(SERVICE, 'GetSummaryInformation', { SettingData: null, RequestedInformation: [0, 1, 100, 103, 104] });
    expect(returnValue).toBe(0);
    expect(out.SummaryInformation).toHaveLength(2);
    expect(out.SummaryInformation![0]).toEqual({ Name: WEB01, ElementName: 'web01', EnabledState: 2, MemoryUsage: 2048n, Heartbeat: 2, InstanceID: `Microsoft:${WEB01}` });
    expect(out.SummaryInformation![1]).toEqual({ Name: DB01, ElementName: 'db01', EnabledState: 3, MemoryUsage: 0n, Heartbeat: 12, InstanceID: `Microsoft:${DB01}` });
  });

  it('tells of the settings that were given alone', async () => {
    const { client } = await provide({ machines: MACHINES });
    const { out } = await client.invoke(SERVICE, 'GetSummaryInformation', { SettingData: [settingsPath(DB01)], RequestedInformation: [1, 106] });
    expect(out.SummaryInformation).toEqual([{ ElementName: 'db01', GuestOperatingSystem: '', InstanceID: `Microsoft:${DB01}` }]);
  });

  it.each([
    ['settings that are not there', { SettingData: [settingsPath('3D2E6A4C-8F51-4C79-90A3-9E7D4FB12C33')], RequestedInformation: [0] }],
    ['no RequestedInformation', { SettingData: null, RequestedInformation: null }],
  ] as const)('refuses %s with 32773', async (_what, parameters) => {
    const { client } = await provide({ machines: MACHINES });
    expect((await client.invoke(SERVICE, 'GetSummaryInformation', parameters)).returnValue).toBe(32773);
  });

  it('sends objects by value: elements in the namespace of their class', async () => {
    const { client } = await provide({ machines: MACHINES });
    const untyped = await client.invoke(SERVICE, 'GetSummaryInformation', { SettingData: [settingsPath(WEB01)], RequestedInformation: [0] }, { typeOf: () => null });
    // Without types a text would stay a text: what is an instance came as elements.
    expect(untyped.out.SummaryInformation).toEqual({ Name: WEB01, InstanceID: `Microsoft:${WEB01}` });
  });
});
