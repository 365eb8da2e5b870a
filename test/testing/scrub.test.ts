import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import type { RecordedExchange } from '../../src/testing/recording.js';
import { type ScrubOptions, scrub } from '../../src/testing/scrub.js';
import { parseXml } from '../../src/xml/element.js';

const exchange = (response: string, request = ''): RecordedExchange => ({ request, status: 200, contentType: 'application/soap+xml', response });
/** What becomes of one answer. */
const scrubbed = (response: string, options?: ScrubOptions): string => scrub([exchange(response)], options)[0]!.response;

const GUID = '5C1D9E7A-20B4-4F63-9A8E-7D1F0B2C3D4E';
const OTHER_GUID = 'a1b2c3d4-0000-4aaa-8bbb-ccccddddeeee';

describe('scrub', () => {
  it.each<[what: string, text: string, expected: string]>([
    ['a GUID, its letter case kept', `${GUID} ${GUID.toLowerCase()} ${OTHER_GUID}`, '00000000-0000-4000-8000-000000000001 00000000-0000-4000-8000-000000000001 00000000-0000-4000-8000-000000000002'],
    ['a GUID behind a letter that is a digit, too', `webb${GUID}`, 'webb00000000-0000-4000-8000-000000000001'],
    ['not the GUID of zeros', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'],
    ['IPv4 addresses', 'from 10.1.2.3 to 10.1.2.4:5985, 10.1.2.3.', 'from 192.0.2.1 to 192.0.2.2:5985, 192.0.2.1.'],
    ['no versions and no masks', '10.0.20348 6.3.9600.16384 1.2.3.4.5 255.255.255.0 0.0.0.0', '10.0.20348 6.3.9600.16384 1.2.3.4.5 255.255.255.0 0.0.0.0'],
    ['IPv6 addresses', 'fe80::15:5dff:fe01:203 [2001:470::8a] 12:30:45 ::1', '2001:db8::1 [2001:db8::2] 12:30:45 ::1'],
    ['MAC addresses with their separators', '00-15-5D-0A-1B-2C 00:15:5d:0a:1b:2c 00155D0A1B2C 3C-52-82-AA-BB-CC', '02-00-00-00-00-01 02:00:00:00:00:01 020000000001 02-00-00-00-00-02'],
    ['SIDs of accounts, not those of Windows', 'S-1-5-21-3623811015-3361044348-30300820-1013 S-1-5-18 S-1-5-32-544', 'S-1-5-21-1-1-1-1 S-1-5-18 S-1-5-32-544'],
    ['e-mail addresses', 'ask kim.roe@corp.test or KIM.ROE@corp.test', 'ask user-1@mail.example or user-1@mail.example'],
    ['servers of UNC and WMI paths', String.raw`\\hv07\VMs\x.vhdx on HV07, \\HV08\root\virtualization\v2:X`, String.raw`\\host-1\VMs\x.vhdx on host-1, \\host-2\root\virtualization\v2:X`],
    ['no folders', String.raw`C:\\Windows\\system32 Microsoft:GUID\\Windows\\0`, String.raw`C:\\Windows\\system32 Microsoft:GUID\\Windows\\0`],
    ['the host of a URL', 'http://hv07.corp.test:5985/wsman', 'http://host-1.example:5985/wsman'],
  ])('replaces %s', (_what, text, expected) => {
    expect(scrubbed(text)).toBe(expected);
  });

  it.each<[what: string, xml: string, expected: string]>([
    ['an attribute Machine', '<f Machine="HV07.corp.test">HV07 and hv07.CORP.test</f>', '<f Machine="host-1.example">host-1 and host-1.example</f>'],
    ['a property of a name that means it', '<r><SystemName>HV07</SystemName><Caption>on HV07</Caption></r>', '<r><SystemName>host-1</SystemName><Caption>on host-1</Caption></r>'],
    ['the Name of an Msvm_ComputerSystem', '<p:Msvm_ComputerSystem xmlns:p="u"><p:Name>HV07</p:Name></p:Msvm_ComputerSystem>', '<p:Msvm_ComputerSystem xmlns:p="u"><p:Name>host-1</p:Name></p:Msvm_ComputerSystem>'],
    ['a selector', '<w:Selector xmlns:w="u" Name="SystemName">HV07</w:Selector>', '<w:Selector xmlns:w="u" Name="SystemName">host-1</w:Selector>'],
    ['not the Name of another class', '<Msvm_Disk><Name>HV07</Name></Msvm_Disk>', '<Msvm_Disk><Name>HV07</Name></Msvm_Disk>'],
    ['another host of its domain', '<f Machine="hv07.corp.test">sql-1.corp.test in corp.test</f>', '<f Machine="host-1.example">host-2.example in domain-1.example</f>'],
    ['the 15 characters of NetBIOS', '<f Machine="hyperv-production-07.corp.test">HYPERV-PRODUCTI</f>', '<f Machine="host-1.example">host-1</f>'],
    ['a word that contains it only between other characters', '<f Machine="HV07">data_HV07 HV07$ HV071</f>', '<f Machine="host-1">data_host-1 host-1$ HV071</f>'],
    ['a bare MAC address of a property Address', '<r><PermanentAddress>3C5282AABBCC</PermanentAddress><x>3c5282aabbcc</x></r>', '<r><PermanentAddress>020000000001</PermanentAddress><x>020000000001</x></r>'],
  ])('knows a computer by %s', (_what, xml, expected) => {
    expect(scrubbed(xml)).toBe(expected);
  });

  it('knows what only a later exchange tells', () => {
    const [first] = scrub([exchange('<x>failed at HV07</x>'), exchange('<f Machine="HV07"/>')]);
    expect(first?.response).toBe('<x>failed at host-1</x>');
  });

  it('gives the same original the same text in requests and answers', () => {
    const [first, second] = scrub([exchange('<x>10.1.2.3</x>', `<x>${GUID}</x>`), exchange(`<x>${GUID}</x>`, '<x>10.1.2.3</x>')]);
    expect([first?.request, second?.response]).toEqual(Array(2).fill('<x>00000000-0000-4000-8000-000000000001</x>'));
    expect([first?.response, second?.request]).toEqual(Array(2).fill('<x>192.0.2.1</x>'));
  });

  it.each<[account: string, text: string, expected: string]>([
    ['EXAMPLE\\kim', 'EXAMPLE\\KIM of example', 'DOMAIN-1\\user-1 of DOMAIN-1'],
    ['kim@corp.test', 'kim@corp.test kim corp.test', 'user-1@mail.example user-1 domain-1.example'],
    ['.\\kim', 'a.\\kim', 'a.\\user-1'],
    ['root', 'root at root/cimv2 and root\\virtualization\\v2', 'user-1 at root/cimv2 and root\\virtualization\\v2'],
    ['wsman', 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd wsman', 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd user-1'],
  ])('replaces the user %s', (account, text, expected) => {
    expect(scrubbed(`<x>${text}</x>`, { users: [account] })).toBe(`<x>${expected}</x>`);
  });

  it('replaces hosts that were told', () => {
    expect(scrubbed('<x>at hv07 or hv07.corp.test</x>', { hosts: ['hv07.corp.test'] })).toBe('<x>at host-1 or host-1.example</x>');
  });

  it.each<[what: string, text: string, expected: string]>([
    ['in a value', '<x>a&amp;b"c!</x>', '<x>removed!</x>'],
    ['in an attribute', "<x y='1 a&#38;b&#x22;c 2'/>", "<x y='1 removed 2'/>"],
    ['in escaped CIM-XML', '<x>&lt;VALUE&gt;a&amp;#38;b&amp;quot;c&lt;/VALUE&gt;</x>', '<x>&lt;VALUE&gt;removed&lt;/VALUE&gt;</x>'],
    ['in CDATA', '<x><![CDATA[a&b"c]]></x>', '<x><![CDATA[removed]]></x>'],
    ['in a comment', '<x><!-- a&b"c --></x>', '<x><!-- removed --></x>'],
    ['in an answer that was cut off', '<x>a&amp;b"c</', '<x>removed</'],
    ['in escaped CIM-XML that was cut off', '<x>&lt;VALUE&gt;a&amp;#38;b&amp;quot;c', '<x>&lt;VALUE&gt;removed'],
    ['in no XML', 'Error: a&b"c', 'Error: removed'],
  ])('removes a secret %s', (_where, text, expected) => {
    expect(scrubbed(text, { secrets: ['b"c', 'a&b"c'] })).toBe(expected);
  });

  it('removes what is escaped deeper than anybody looks', () => {
    let text = 'HV07';
    for (let i = 0; i < 9; i++) text = `<x>${text}</x>`.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    expect(scrubbed(`<f Machine="HV07">${text}</f>`)).not.toContain('HV07');
  });

  it('leaves everything but values as it stands', () => {
    const cim = '&lt;INSTANCE CLASSNAME=&quot;Msvm_Error&quot;&gt;&#10;&lt;PROPERTY NAME="SystemName" TYPE="string"&gt;&lt;VALUE&gt;HV07&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;PROPERTY NAME="Msvm" TYPE="string"/&gt;&lt;/INSTANCE&gt;';
    const xml = `<?xml version="1.0"?>\r\n<s:E  xmlns:s='urn:msvm' xsi:type="p:Msvm_Type" xmlns:xsi="urn:x" >\n<a n=""/><b></b>${cim}</s:E>\n`;
    expect(scrubbed(xml, { users: ['Msvm', 'E'] })).toBe(xml.replace('HV07', 'host-1'));
  });

  it('leaves the streams of a shell', () => {
    const stream = '<r:Stream xmlns:r="u" Name="stdout">T1BT/ops/T1BT</r:Stream>';
    expect(scrubbed(stream, { users: ['ops'] })).toBe(stream);
  });

  it('gives XML that is well-formed for names that are markup', () => {
    const xml = '<f Machine="HV07">&lt;HV07 &gt; HV07&amp;HV07</f>';
    expect(parseXml(scrubbed(xml))).toMatchObject({ children: ['<host-1 > host-1&host-1'] });
  });

  it('refuses an empty secret', () => {
    expect(() => scrubbed('', { secrets: [''] })).toThrow(UsageError);
  });

  it('has addresses enough', () => {
    const addresses = Array.from({ length: 300 }, (_, index) => `10.9.${index >> 8}.${index & 255}`).join(' ');
    const given = scrubbed(addresses).split(' ');
    expect(given.slice(253, 255)).toEqual(['192.0.2.254', '10.0.0.255']);
    expect(new Set(given).size).toBe(300);
  });
});
