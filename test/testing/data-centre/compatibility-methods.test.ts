import { describe, expect, it } from 'vitest';
import { migrationServicePath } from '../../../src/testing/data-centre/host-instances.js';
import { machinePath } from '../../../src/testing/data-centre/machine-instances.js';
import { DB01, WEB01, type Provided, provide } from './provider-support.js';

const infoOf = async ({ client }: Provided, id: string) => client.invoke(migrationServicePath('hv01'), 'GetSystemCompatibilityInfo', { ComputerSystem: machinePath(id) });
const check = async ({ client }: Provided, CompatibilityInfo: readonly number[]) => client.invoke(migrationServicePath('hv02'), 'CheckSystemCompatibilityInfo', { CompatibilityInfo });

describe('the compatibility of hosts', () => {
  it('is there between hosts of one kind of processor', async () => {
    const { out } = await infoOf(await provide(), WEB01);
    const checked = await check(await provide({ host: { name: 'hv02' }, machines: [] }), out.CompatibilityInfo!);
    expect([checked.returnValue, checked.out.Reasons ?? []]).toEqual([0, []]);
  });

  it('is missing between others, with a reason that names the destination', async () => {
    const { out } = await infoOf(await provide(), WEB01);
    const checked = await check(await provide({ host: { name: 'hv02', processor: 'AuthenticAMD Family 25 Model 1' }, machines: [] }), out.CompatibilityInfo!);
    expect(checked.returnValue).toBe(32784);
    expect(checked.out.Reasons).toHaveLength(1);
    expect(checked.out.Reasons![0]).toMatchObject({ ErrorType: 4, MessageArguments: ['hv02'], OwningEntity: 'Microsoft-Windows-Hyper-V-VMMS', ErrorSource: null });
  });

  it('does not matter for a machine that is off', async () => {
    const { out } = await infoOf(await provide({ machines: [{ id: WEB01, name: 'web01', state: 'off' }] }), WEB01);
    const checked = await check(await provide({ host: { name: 'hv02', processor: 'AuthenticAMD Family 25 Model 1' }, machines: [] }), out.CompatibilityInfo!);
    expect(checked.returnValue).toBe(0);
  });

  it('cannot be asked for with a machine that is not there, nor with bytes of another make: 32773', async () => {
    const provided = await provide({ host: { name: 'hv02' } });
    const missing = await provided.client.invoke(migrationServicePath('hv02'), 'GetSystemCompatibilityInfo', { ComputerSystem: machinePath(DB01) });
    expect(missing.returnValue).toBe(32773);
    expect((await check(provided, [1, 2, 3])).returnValue).toBe(32773);
  });
});
