import { describe, expect, it } from 'vitest';
import { FaultError } from '../../../src/errors.js';
import { readClusterRole } from '../../../src/hyperv/machines/cluster.js';
import { DB01, WEB01, answeringWith, fault, hostWith } from './support.js';

const web01 = { id: WEB01, name: 'web01' };

const privateProperties = (vmId: string) =>
  `<INSTANCE CLASSNAME="MSCluster_Property"><PROPERTY NAME="OfflineAction" TYPE="uint32"><VALUE>1</VALUE></PROPERTY><PROPERTY NAME="VmID" TYPE="string"><VALUE>${vmId}</VALUE></PROPERTY></INSTANCE>`;

const resource = (Name: string, OwnerGroup: string, OwnerNode: string, vmId: string | null, Type = 'Virtual Machine') => ({
  className: 'MSCluster_Resource',
  namespace: 'root/mscluster',
  keys: { Name },
  properties: { Name, Type, OwnerGroup, OwnerNode, PrivateProperties: vmId === null ? null : privateProperties(vmId) },
});

/** The detail of a fault as Windows writes it: one code outside, one inside (MS-WSMV 2.2.4.43). */
const providerFault = (outer: number, inner: number) =>
  `<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="${outer}" Machine="hv01"><f:Message><f:ProviderFault provider="WMI Provider">` +
  `<f:WSManFault Code="${inner}" Machine="hv01"><f:Message>It failed. </f:Message></f:WSManFault></f:ProviderFault></f:Message></f:WSManFault>`;

describe('the role of a machine in a cluster', () => {
  it('is found by the GUID, whatever the names', async () => {
    const { client } = await hostWith([
      resource('Virtual Machine Configuration web01', 'web01', 'hv02', WEB01, 'Virtual Machine Configuration'),
      resource('Virtual Machine web01', 'web01', 'hv01', DB01),
      resource('SCVMM shop', 'SCVMM shop Resources', 'hv02', `{${WEB01.toLowerCase()}}`),
    ]);
    expect(await readClusterRole(client, web01)).toEqual({ group: 'SCVMM shop Resources', ownerNode: 'hv02', resource: 'SCVMM shop' });
  });

  it.each([
    ['Virtual Machine WEB01', 'group', true],
    ['resource', 'web01', true],
    ['Virtual Machine web010', 'web010', false],
    ['Virtual Machine xweb01', 'web', false],
    ['SCVMM web01', 'group', true],
    ['resource', 'SCVMM Web01 Resources', true],
    ['Virtual Machine web01 copy', 'old web01', false],
    ['Virtual Machine the web01', 'SCVMM the web01 Resources', false],
  ])('without a GUID by the name: %s in %s: %s', async (name, group, isFound) => {
    const { client } = await hostWith([resource(name, group, 'hv01', null)]);
    expect(await readClusterRole(client, web01)).toEqual(isFound ? { group, ownerNode: 'hv01', resource: name } : null);
  });

  it.each(['Virtual', 'Machine', '01', 'db', 'web'])('is not that of %s when only a part of its names is that', async (name) => {
    const { client } = await hostWith([resource('Virtual Machine web 01', 'db 01', 'hv01', null)]);
    expect(await readClusterRole(client, { id: WEB01, name })).toBeNull();
  });

  it('is not that of a machine with another GUID and the same name', async () => {
    const { client } = await hostWith([resource('Virtual Machine web01', 'web01', 'hv01', DB01)]);
    expect(await readClusterRole(client, web01)).toBeNull();
  });

  it('is not that of a resource when neither has a name', async () => {
    const { client } = await hostWith([resource('Virtual Machine web01', '', 'hv01', null)]);
    expect(await readClusterRole(client, { id: WEB01, name: '' })).toBeNull();
  });

  it('is none on a host without a cluster', async () => {
    const { client } = await hostWith();
    expect(await readClusterRole(client, web01)).toBeNull();
  });

  it('reads private properties that come as elements, and tells what is missing', async () => {
    const client = await answeringWith({
      items:
        '<p:MSCluster_Resource xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/mscluster/MSCluster_Resource" xsi:type="p:MSCluster_Resource_Type">' +
        '<p:Name>Virtual Machine shop</p:Name><p:OwnerGroup xsi:nil="true"/>' +
        '<p:PrivateProperties xmlns:q="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/mscluster/MSCluster_Property" xsi:type="q:MSCluster_Property_Type">' +
        `<q:OfflineAction>1</q:OfflineAction><q:VmID>${WEB01}</q:VmID></p:PrivateProperties></p:MSCluster_Resource>`,
    });
    expect(await readClusterRole(client, web01)).toEqual({ group: null, ownerNode: null, resource: 'Virtual Machine shop' });
  });

  it.each([
    ['the namespace is not there', fault('a:DestinationUnreachable', 'No such resource.')],
    ['Windows cannot process the filter', fault('n:CannotProcessFilter', 'The filter is not valid.')],
    [
      'WMI says that the namespace is invalid',
      fault('w:InternalError', 'The provider failed.', providerFault(2150859174, 0x8004100e)),
    ],
    ['Windows cannot process the filter, and repeats it inside', fault('n:CannotProcessFilter', 'The filter is not valid.', providerFault(2150858778, 2150858778))],
    ['Windows cannot process the filter, because the class is invalid', fault('n:CannotProcessFilter', 'The filter is not valid.', providerFault(2150858778, 0x80041010))],
    ['WMI does not find it', fault('a:DestinationUnreachable', 'No such resource.', providerFault(2150858752, 0x80041002))],
  ])('is none when %s', async (_what, body) => {
    const client = await answeringWith({ methods: { Enumerate: body } });
    expect(await readClusterRole(client, web01)).toBeNull();
  });

  /** WBEM_E_FAILED, WBEM_E_ACCESS_DENIED, WBEM_E_INVALID_QUERY (MS-WMI 2.2.11), ERROR_ACCESS_DENIED. */
  it.each([0x80041001, 0x80041003, 0x80041017, 5])('is not known when the filter cannot be processed because of %i', async (code) => {
    const client = await answeringWith({ methods: { Enumerate: fault('n:CannotProcessFilter', 'The filter is not valid.', providerFault(2150858778, code)) } });
    await expect(readClusterRole(client, web01)).rejects.toMatchObject({ subcode: 'CannotProcessFilter' });
  });

  it('is not known when the host refuses', async () => {
    const client = await answeringWith({ methods: { Enumerate: fault('w:AccessDenied', 'Access is denied.') } });
    const error: unknown = await readClusterRole(client, web01).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FaultError);
    expect(error).toMatchObject({ subcode: 'AccessDenied' });
  });
});
