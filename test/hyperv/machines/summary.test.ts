import { describe, expect, it } from 'vitest';
import { createInstance } from '../../../src/cim/instance.js';
import { ProtocolError, ReturnValueError, TransportError } from '../../../src/errors.js';
import { readSummary, toMachineSummary } from '../../../src/hyperv/machines/summary.js';
import { WEB01, answeringWith, hostWith } from './support.js';

const SERVICE = {
  className: 'Msvm_VirtualSystemManagementService',
  properties: { CreationClassName: 'Msvm_VirtualSystemManagementService', Name: 'vmms', SystemCreationClassName: 'Msvm_ComputerSystem', SystemName: 'SIMHOST' },
};
const CLASS_URI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2';

const summaryOf = (properties: Parameters<typeof createInstance>[0]['properties']) => createInstance({ className: 'Msvm_SummaryInformation', properties });

describe('the summary of a machine', () => {
  it('says in our words what the host sent', () => {
    const instance = summaryOf({
      Name: WEB01, ElementName: 'web01', EnabledState: 1, OtherEnabledState: 'Saving', Heartbeat: 2, MemoryUsage: 8192n, MemoryAvailable: -12,
      ProcessorLoad: 37, NumberOfProcessors: 4, UpTime: 86_400_000n, GuestOperatingSystem: 'Windows Server 2022 Datacenter', Notes: '',
    });
    expect(toMachineSummary(instance)).toEqual({
      name: 'web01', state: 'saving', heartbeat: 'ok', memoryUsageMb: 8192, memoryAvailablePercent: -12, processorLoadPercent: 37,
      processors: 4, upTimeMs: 86_400_000, guestOperatingSystem: 'Windows Server 2022 Datacenter', notes: '', instance,
    });
  });

  it.each([[6, 'error'], [12, 'noContact'], [13, 'lostCommunication'], [3, null], [null, null]])('Heartbeat %s is %s', (Heartbeat, heartbeat) => {
    expect(toMachineSummary(summaryOf({ Heartbeat })).heartbeat).toBe(heartbeat);
  });

  it('is null where the host has nothing to tell', () => {
    const instance = summaryOf({ EnabledState: 3, MemoryAvailable: 2147483647, GuestOperatingSystem: null });
    expect(toMachineSummary(instance)).toEqual({
      name: null, state: 'off', heartbeat: null, memoryUsageMb: null, memoryAvailablePercent: null, processorLoadPercent: null,
      processors: null, upTimeMs: null, guestOperatingSystem: null, notes: null, instance,
    });
  });

  it('is asked for with the settings of this machine and the numbers of what is wanted', async () => {
    const { simulated, client } = await hostWith([SERVICE]);
    simulated.onInvoke('Msvm_VirtualSystemManagementService', 'GetSummaryInformation', () => ({
      returnValue: 0,
      out: { SummaryInformation: [summaryOf({ ElementName: 'web01', EnabledState: 2, MemoryUsage: 4096n })] },
    }));
    expect(await readSummary(client, WEB01)).toMatchObject({ name: 'web01', state: 'running', memoryUsageMb: 4096, processors: null });
    const envelope = simulated.requests.at(-1)!.envelope;
    expect(envelope).toContain(`>${CLASS_URI}/Msvm_VirtualSystemManagementService/GetSummaryInformation</a:Action>`);
    expect(envelope).toMatch(new RegExp(`<p:SettingData>.*${CLASS_URI}/Msvm_VirtualSystemSettingData<.*<w:Selector Name="InstanceID">Microsoft:${WEB01}</w:Selector>.*</p:SettingData>`, 's'));
    const numbers = [...envelope.matchAll(/<p:RequestedInformation>(\d+)</g)].map(([, number]) => Number(number));
    expect(numbers).toEqual([0, 1, 2, 3, 4, 100, 101, 103, 104, 105, 106, 109, 110, 111, 112, 113]);
  });

  it('may come as elements, as Windows sends an object by value', async () => {
    const service =
      `<a:EndpointReference><a:Address>http://hv01.example/wsman</a:Address><a:ReferenceParameters><w:ResourceURI>${CLASS_URI}/Msvm_VirtualSystemManagementService</w:ResourceURI>` +
      '<w:SelectorSet><w:Selector Name="CreationClassName">Msvm_VirtualSystemManagementService</w:Selector><w:Selector Name="Name">vmms</w:Selector>' +
      '<w:Selector Name="SystemCreationClassName">Msvm_ComputerSystem</w:Selector><w:Selector Name="SystemName">HV01</w:Selector></w:SelectorSet></a:ReferenceParameters></a:EndpointReference>';
    const client = await answeringWith({
      items: service,
      methods: {
        GetSummaryInformation:
          `<p:GetSummaryInformation_OUTPUT xmlns:p="${CLASS_URI}/Msvm_VirtualSystemManagementService"><p:SummaryInformation xmlns:q="${CLASS_URI}/Msvm_SummaryInformation" xsi:type="q:Msvm_SummaryInformation_Type">` +
          '<q:ElementName>web01</q:ElementName><q:EnabledState>9</q:EnabledState><q:Heartbeat>12</q:Heartbeat><q:MemoryAvailable xsi:nil="true"/><q:MemoryUsage>2048</q:MemoryUsage><q:UpTime>61000</q:UpTime>' +
          '</p:SummaryInformation><p:ReturnValue>0</p:ReturnValue></p:GetSummaryInformation_OUTPUT>',
      },
    });
    expect(await readSummary(client, WEB01)).toMatchObject({ name: 'web01', state: 'paused', heartbeat: 'noContact', memoryUsageMb: 2048, memoryAvailablePercent: null, upTimeMs: 61_000 });
  });

  it('fails with what the method returned, and without a summary', async () => {
    const { simulated, client } = await hostWith([SERVICE]);
    simulated.onInvoke('Msvm_VirtualSystemManagementService', 'GetSummaryInformation', () => ({ returnValue: 32773 }));
    const refused: unknown = await readSummary(client, WEB01).catch((caught: unknown) => caught);
    expect(refused).toBeInstanceOf(ReturnValueError);
    expect(refused).toMatchObject({ returnValue: 32773, returnValueName: 'Invalid parameter' });
    simulated.onInvoke('Msvm_VirtualSystemManagementService', 'GetSummaryInformation', () => ({ returnValue: 0 }));
    await expect(readSummary(client, WEB01)).rejects.toThrow(ProtocolError);
  });

  it('cannot be had while the management service does not run', async () => {
    const { client } = await hostWith();
    await expect(readSummary(client, WEB01)).rejects.toThrow(TransportError);
  });
});
