import { describe, expect, it } from 'vitest';
import { createInstance } from '../../../src/cim/instance.js';
import { type InstancePath, instancePath } from '../../../src/cim/object-path.js';
import { WmiError } from '../../../src/testing/repository/wmi-error.js';
import type { SimulatedHost } from '../../../src/testing/index.js';
import { configRequest, readConfigResponse } from '../../../src/wsman/config.js';
import { createRequest, readCreateResponse } from '../../../src/wsman/create.js';
import { deleteRequest } from '../../../src/wsman/delete.js';
import { type Fragment, getFragmentRequest, putFragmentRequest, readFragment } from '../../../src/wsman/fragment.js';
import { getRequest, readGetResponse } from '../../../src/wsman/get.js';
import { type InvokeResult, type Parameters, invokeRequest, readInvokeResponse } from '../../../src/wsman/invoke.js';
import { putRequest, readPutResponse } from '../../../src/wsman/put.js';
import { ask } from '../ask.js';
import { startHost } from '../support.js';

const SETTINGS = instancePath('Msvm_VirtualSystemSettingData', { InstanceID: 'Microsoft:A' });
const DISK = instancePath('X_Disk', { DeviceID: 'D1' }, 'root/test');

async function filled(): Promise<SimulatedHost> {
  const host = await startHost();
  host.seed([
    { className: 'Msvm_VirtualSystemSettingData', properties: { InstanceID: 'Microsoft:A', ElementName: 'web01', Notes: ['eins', 'zwei'] } },
    { className: 'X_Disk', namespace: 'root/test', keys: { DeviceID: 'D1' }, properties: { Size: 5, Label: 'alt' } },
  ]);
  return host;
}

const get = (host: SimulatedHost, path: InstancePath) => ask(host, getRequest(path), (envelope) => readGetResponse(envelope, path));
const settings = (properties: object) => createInstance({ className: 'Msvm_VirtualSystemSettingData', properties: { ...properties } });

describe('Get, Put, Create, Delete', () => {
  it('Get of what was seeded, also of a class the schema does not know', async () => {
    const host = await filled();
    expect(await get(host, SETTINGS)).toMatchObject({ ElementName: 'web01', Notes: ['eins', 'zwei'], Caption: null });
    expect(await get(host, DISK)).toMatchObject({ DeviceID: 'D1', Size: '5', Label: 'alt' });
  });

  it('seed takes CIM-XML', async () => {
    const host = await startHost();
    host.seed('<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="InstanceID" TYPE="string"><VALUE>Microsoft:A</VALUE></PROPERTY></INSTANCE>');
    expect((await get(host, SETTINGS)).InstanceID).toBe('Microsoft:A');
  });

  it('Put changes what is sent; the answer is the instance as it is now', async () => {
    const host = await filled();
    const disk = createInstance({ className: 'X_Disk', properties: { DeviceID: 'D1', Label: 'neu' } });
    const answer = await ask(host, putRequest(DISK, disk), (envelope) => readPutResponse(envelope, DISK));
    expect(answer).toMatchObject({ Label: 'neu', Size: '5' });
    expect(await get(host, DISK)).toMatchObject({ Label: 'neu', Size: '5' });
  });

  it.each<[string, object, object]>([
    ['a key', { InstanceID: 'Microsoft:B' }, { subcode: 'InternalError', wmi: 0x80041023 }],
    ['a property that is not there', { Nothing: '1' }, { subcode: 'InvalidRepresentation', wsman: 2150858773 }],
  ])('Put of %s is refused', async (_what, properties, fault) => {
    const host = await filled();
    await expect(ask(host, putRequest(SETTINGS, settings(properties)), () => null)).rejects.toMatchObject({ code: 'FAULT', ...fault });
  });

  it('Create gives the path; a second time is AlreadyExists; Delete takes it away', async () => {
    const host = await filled();
    const create = createRequest('root/virtualization/v2', settings({ InstanceID: 'Microsoft:C', ElementName: 'neu' }));
    const path = await ask(host, create, readCreateResponse);
    expect(path).toEqual(instancePath('Msvm_VirtualSystemSettingData', { InstanceID: 'Microsoft:C' }));
    await expect(ask(host, create, readCreateResponse)).rejects.toMatchObject({ subcode: 'AlreadyExists', wsman: 2150858803 });
    await ask(host, deleteRequest(path), () => null);
    await expect(ask(host, deleteRequest(path), () => null)).rejects.toMatchObject({ subcode: 'DestinationUnreachable' });
  });

  it('update and remove are the host\'s own doing', async () => {
    const host = await filled();
    host.update(SETTINGS, { ElementName: 'umbenannt', Caption: 'neu' });
    expect(await get(host, SETTINGS)).toMatchObject({ ElementName: 'umbenannt', Caption: 'neu' });
    host.remove(SETTINGS);
    await expect(get(host, SETTINGS)).rejects.toMatchObject({ subcode: 'DestinationUnreachable' });
    expect(() => host.remove(SETTINGS)).toThrow(WmiError);
  });

  it('Get of winrm/config tells the limits', async () => {
    const host = await startHost({ enumerationTimeoutMs: 5000 });
    const limits = await ask(host, configRequest(), readConfigResponse);
    expect(limits).toEqual({ MaxEnvelopeSizekb: 500, MaxTimeoutms: 60_000, MaxBatchItems: 32_000, EnumerationTimeoutms: 5000 });
  });
});

describe('fragments', () => {
  it.each<[string, Fragment]>([
    ['ElementName', { ElementName: 'web01' }],
    ['elementname/text()', 'web01'],
    ['Notes', { Notes: ['eins', 'zwei'] }],
    ['Notes/text()', 'eins'],
    ['Caption', null],
  ])('Get of %s', async (expression, expected) => {
    const host = await filled();
    expect(await ask(host, getFragmentRequest(SETTINGS, expression), (envelope) => readFragment(envelope, SETTINGS))).toEqual(expected);
  });

  it('Put of one property leaves the others', async () => {
    const host = await filled();
    expect(await ask(host, putFragmentRequest(DISK, 'Label', { Label: 'neu' }), (envelope) => readFragment(envelope, DISK))).toEqual({ Label: 'neu' });
    await ask(host, putFragmentRequest(DISK, 'Size/text()', '9'), () => null);
    expect(await get(host, DISK)).toMatchObject({ Label: 'neu', Size: '9' });
  });

  it.each(['Nothing', '//ElementName', 'Notes[1]', ''])('%j is no expression', async (expression) => {
    const host = await filled();
    await expect(ask(host, getFragmentRequest(SETTINGS, expression), () => null)).rejects.toMatchObject({ subcode: 'InvalidMessageInformationHeader', wsman: 2150858899 });
  });
});

describe('methods', () => {
  const invoke = (host: SimulatedHost, path: InstancePath, method: string, parameters: Parameters = {}): Promise<InvokeResult> =>
    ask(host, invokeRequest(path, method, parameters), (envelope) => readInvokeResponse(envelope, path, method));
  const SYSTEM = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: 'A' });

  async function withSystem(): Promise<SimulatedHost> {
    const host = await startHost();
    host.seed([{ className: 'Msvm_ComputerSystem', keys: SYSTEM.keys }]);
    return host;
  }

  it('a handler gets the path and typed parameters; references and values come back', async () => {
    const host = await withSystem();
    const seen: unknown[] = [];
    host.onInvoke('CIM_ComputerSystem', 'RequestStateChange', async (path, parameters) => {
      seen.push(path, parameters);
      await Promise.resolve();
      return { returnValue: 4096, out: { Job: SETTINGS } };
    });
    expect(await invoke(host, { ...SYSTEM, keys: { name: 'a', CreationClassName: 'Msvm_ComputerSystem' } }, 'RequestStateChange', { RequestedState: 2 })).toEqual({ returnValue: 4096, out: { Job: SETTINGS } });
    expect(seen).toEqual([SYSTEM, { RequestedState: 2 }]);
  });

  it('the handler of the nearest class counts, and the last one of it', async () => {
    const host = await withSystem();
    for (const [className, returnValue] of [['Msvm_ComputerSystem', 1], ['Msvm_ComputerSystem', 2], ['CIM_ComputerSystem', 3]] as const) {
      host.onInvoke(className, 'RequestStateChange', () => ({ returnValue }));
    }
    expect((await invoke(host, SYSTEM, 'RequestStateChange')).returnValue).toBe(2);
  });

  it('of a class: the path has no keys', async () => {
    const host = await startHost();
    host.onInvoke('Msvm_ComputerSystem', 'RequestStateChange', ({ keys }) => ({ returnValue: Object.keys(keys).length }));
    expect((await invoke(host, { ...SYSTEM, keys: {} }, 'RequestStateChange')).returnValue).toBe(0);
  });

  it('what a handler throws is an InternalError', async () => {
    const host = await withSystem();
    host.onInvoke('Msvm_ComputerSystem', 'RequestStateChange', () => {
      throw new TypeError('Im Test ist ein Fehler');
    });
    await expect(invoke(host, SYSTEM, 'RequestStateChange')).rejects.toMatchObject({ subcode: 'InternalError', reason: 'Im Test ist ein Fehler' });
  });

  it('without a handler the action is not supported; without the instance it is not found', async () => {
    const host = await startHost();
    await expect(invoke(host, SYSTEM, 'RequestStateChange')).rejects.toMatchObject({ subcode: 'ActionNotSupported' });
    host.onInvoke('Msvm_ComputerSystem', 'RequestStateChange', () => ({ returnValue: 0 }));
    await expect(invoke(host, SYSTEM, 'RequestStateChange')).rejects.toMatchObject({ subcode: 'DestinationUnreachable' });
  });

  it('GetError and GetErrorEx of every class of jobs', async () => {
    const host = await startHost();
    const path = instancePath('Msvm_StorageJob', { InstanceID: 'J1' });
    host.seed([{ className: 'Msvm_StorageJob', keys: path.keys }]);
    expect(await invoke(host, path, 'GetError')).toEqual({ returnValue: 0, out: { Error: null } });
    expect(await invoke(host, path, 'GetErrorEx')).toEqual({ returnValue: 0, out: {} });
  });
});
