import { describe, expect, it } from 'vitest';
import { createInstance } from '../../../src/cim/instance.js';
import { readGuest, toGuestInfo } from '../../../src/hyperv/machines/guest.js';
import { DB01, WEB01, answeringWith, component, hostWith } from './support.js';

/** Written by hand in the shape of a KVP item: inherited nulls are marked PROPAGATED. */
const item = (name: string, data: string) =>
  '<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem"><PROPERTY NAME="Caption" PROPAGATED="true" TYPE="string"></PROPERTY>' +
  `<PROPERTY NAME="Data" TYPE="string"><VALUE>${data}</VALUE></PROPERTY>` +
  `<PROPERTY NAME="Name" TYPE="string"><VALUE>${name}</VALUE></PROPERTY><PROPERTY NAME="Source" TYPE="uint16"><VALUE>2</VALUE></PROPERTY></INSTANCE>`;

const ITEMS = [
  item('FullyQualifiedDomainName', 'web01.example'),
  item('OSName', 'Windows Server 2022 Datacenter'),
  item('OSVersion', '10.0.20348'),
  item('NetworkAddressIPv4', '192.0.2.11;127.0.0.1'),
  item('NetworkAddressIPv6', 'fe80::1;2001:db8::11;'),
];

describe('what a guest tells', () => {
  it('is read item by item', () => {
    expect(toGuestInfo(ITEMS)).toEqual({
      hostName: 'web01.example',
      osName: 'Windows Server 2022 Datacenter',
      addresses: ['192.0.2.11', '127.0.0.1', 'fe80::1', '2001:db8::11'],
      items: {
        FullyQualifiedDomainName: 'web01.example',
        OSName: 'Windows Server 2022 Datacenter',
        OSVersion: '10.0.20348',
        NetworkAddressIPv4: '192.0.2.11;127.0.0.1',
        NetworkAddressIPv6: 'fe80::1;2001:db8::11;',
      },
    });
  });

  it.each([
    ['no instance', 'not XML <'],
    ['no text', 4],
    ['null', null],
    ['an instance of another class', item('FullyQualifiedDomainName', 'db01.example').replace('Msvm_KvpExchangeDataItem', 'Msvm_Error')],
    ['without a name', item('', 'x')],
    ['an instance of another shape', createInstance({ className: 'Msvm_KvpExchangeDataItem', properties: { Name: 7, Data: 'x' } })],
  ])('an item that is %s does not spoil the rest', (_what, bad) => {
    expect(toGuestInfo([ITEMS[1]!, bad as string, ITEMS[3]!])).toMatchObject({ osName: 'Windows Server 2022 Datacenter', hostName: null, addresses: ['192.0.2.11', '127.0.0.1'] });
  });

  it('may be one item, an instance, and an item without data', () => {
    expect(toGuestInfo(item('OSName', ''))).toEqual({ hostName: null, osName: null, addresses: [], items: { OSName: '' } });
    expect(toGuestInfo(createInstance({ className: 'Msvm_KvpExchangeDataItem', properties: { Name: 'OSName', Data: null } }))?.items).toEqual({ OSName: '' });
  });

  it('has no other names than those it tells', () => {
    const info = toGuestInfo([item('__proto__', 'a'), item('constructor', 'b')]);
    expect(Object.entries(info!.items)).toEqual([['__proto__', 'a'], ['constructor', 'b']]);
    expect(info).toMatchObject({ hostName: null, osName: null, addresses: [] });
  });

  it.each([[null], [[]], [['<broken']]])('is nothing when there are no items: %j', (sent) => {
    expect(toGuestInfo(sent)).toBeNull();
  });

  it('is asked of the component of this machine', async () => {
    const { client } = await hostWith([
      component('Msvm_KvpExchangeComponent', DB01, { GuestIntrinsicExchangeItems: [item('OSName', 'Another')] }),
      component('Msvm_KvpExchangeComponent', WEB01, { GuestIntrinsicExchangeItems: ITEMS }),
    ]);
    expect(await readGuest(client, WEB01)).toMatchObject({ hostName: 'web01.example', addresses: ['192.0.2.11', '127.0.0.1', 'fe80::1', '2001:db8::11'] });
  });

  it('is nothing without the component, and with one that has no items', async () => {
    const { client } = await hostWith([component('Msvm_KvpExchangeComponent', DB01)]);
    expect(await readGuest(client, WEB01)).toBeNull();
    expect(await readGuest(client, DB01)).toBeNull();
  });

  it('survives a bad text in the answer of a host', async () => {
    const escaped = item('OSName', 'Linux').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const client = await answeringWith({
      items:
        '<p:Msvm_KvpExchangeComponent xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_KvpExchangeComponent" xsi:type="p:Msvm_KvpExchangeComponent_Type">' +
        `<p:GuestIntrinsicExchangeItems>&lt;INSTANCE</p:GuestIntrinsicExchangeItems><p:GuestIntrinsicExchangeItems>${escaped}</p:GuestIntrinsicExchangeItems>` +
        `<p:SystemName>${WEB01}</p:SystemName></p:Msvm_KvpExchangeComponent>`,
    });
    expect(await readGuest(client, WEB01)).toEqual({ hostName: null, osName: 'Linux', addresses: [], items: { OSName: 'Linux' } });
  });
});
