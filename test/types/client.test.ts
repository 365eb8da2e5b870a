import { describe, expectTypeOf, it } from 'vitest';
import { type CimInstance, type InstancePath, type WsmanClient, instancePath } from '../../src/index.js';

declare const client: WsmanClient;

/** Nothing here runs: each line guards an inference of the typed client, and fails to compile. */
describe('the typed client', () => {
  it('infers the class of a path, and from it the instance', () => {
    const check = async (): Promise<void> => {
      const path = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: 'X' });
      expectTypeOf(path).toEqualTypeOf<InstancePath<'Msvm_ComputerSystem'>>();
      const machine = await client.get(path);
      expectTypeOf(machine.ElementName).toEqualTypeOf<string | null>();
      expectTypeOf(machine.OnTimeInMilliseconds).toEqualTypeOf<bigint | null>();
      expectTypeOf(machine.OperationalStatus).not.toBeAny();
      // @ts-expect-error -- no such property
      expectTypeOf(machine.ElementNam).toBeAny();
    };
    expectTypeOf(check).toBeFunction();
  });

  it('infers parameters and results of methods, and refuses wrong names and types', () => {
    const check = async (): Promise<void> => {
      const service = instancePath('Msvm_VirtualSystemManagementService', { Name: 'vmms' });
      const { returnValue, out } = await client.invoke(service, 'DefineSystem', { SystemSettings: null, ResourceSettings: [] });
      expectTypeOf(returnValue).toExtend<number>();
      expectTypeOf(out.Job).toExtend<InstancePath | null>();
      // @ts-expect-error -- a parameter with another name
      await client.invoke(service, 'DefineSystem', { SystemSetting: null });
      // @ts-expect-error -- a number where an instance belongs
      await client.invoke(service, 'DefineSystem', { SystemSettings: 5 });
      // @ts-expect-error -- a method of another class
      await client.invoke(service, 'MigrateVirtualSystemToHost', {});
      // @ts-expect-error -- a result that the method does not have
      expectTypeOf(out.Error).toBeAny();
    };
    expectTypeOf(check).toBeFunction();
  });

  it('infers what an enumeration gives', () => {
    const check = async (): Promise<void> => {
      for await (const job of client.enumerate('Msvm_MigrationJob')) expectTypeOf(job.PercentComplete).toExtend<number | null>();
      for await (const path of client.enumeratePaths('Msvm_MigrationJob')) expectTypeOf(path.keys).not.toBeAny();
      for await (const found of client.query('SELECT * FROM Win32_Service')) expectTypeOf(found).toEqualTypeOf<CimInstance>();
    };
    expectTypeOf(check).toBeFunction();
  });

  it('takes classes outside the schema, untyped', () => {
    const check = async (): Promise<void> => {
      const process = instancePath('Win32_Process', { Handle: '29' }, 'root/cimv2');
      expectTypeOf(await client.get(process)).toEqualTypeOf<CimInstance>();
      expectTypeOf((await client.invoke(process, 'Terminate', { Reason: 1 })).out).not.toBeAny();
      for await (const service of client.enumerate('Win32_Service')) expectTypeOf(service).toEqualTypeOf<CimInstance>();
    };
    expectTypeOf(check).toBeFunction();
  });

  it('takes properties to change by their types', () => {
    const check = async (): Promise<void> => {
      const path = instancePath('Msvm_VirtualSystemSettingData', { InstanceID: 'Microsoft:X' });
      await client.put(path, { ElementName: 'new name' });
      // @ts-expect-error -- a number where a text belongs
      await client.put(path, { ElementName: 5 });
      await client.create('Msvm_MigrationJob', { JobState: 4 });
    };
    expectTypeOf(check).toBeFunction();
  });
});
