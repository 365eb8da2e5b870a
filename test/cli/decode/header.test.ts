import { expect, it } from 'vitest';
import { describeHeaders } from '../../../src/cli/decode/header.js';
import { elementsOf, parseXml } from '../../../src/xml/element.js';

const NAMESPACES =
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
  'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"';
const ADDRESS = 'http://hv07.example/events';

it.each<[what: string, headers: string, expected: unknown]>([
  ['nothing', '', {}],
  ['a text', '<w:OperationTimeout>\n PT60.000S </w:OperationTimeout><p:SessionId s:mustUnderstand="false">uuid:1</p:SessionId>', { OperationTimeout: 'PT60.000S', SessionId: 'uuid:1' }],
  ['a language', '<w:Locale xml:lang="de-DE" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US"/>', { Locale: 'de-DE', DataLocale: 'en-US' }],
  ['a language that is missing', '<w:Locale/>', { Locale: null }],
  [
    'options',
    '<w:OptionSet><w:Option Name="One" Type="xs:int">16</w:Option><w:Option Name="Many">a</w:Option><w:Option Name="Many">b</w:Option><w:Option Name="__proto__"/></w:OptionSet>',
    { OptionSet: { One: '16', Many: ['a', 'b'], ['__proto__']: '' } },
  ],
  ['a header that comes several times', '<p:OperationID>uuid:1</p:OperationID><w:X>x</w:X><p:OperationID>uuid:2</p:OperationID>', { OperationID: ['uuid:1', 'uuid:2'], X: 'x' }],
  ['a name that was not understood', '<s:NotUnderstood qname="t:Priority" xmlns:t="urn:t"/>', { NotUnderstood: '{urn:t}Priority' }],
  ['a name of the default namespace', '<s:NotUnderstood qname="Priority" xmlns="urn:d"/>', { NotUnderstood: '{urn:d}Priority' }],
  ['a name whose prefix is not declared', '<s:NotUnderstood qname="u:Priority"/><s:NotUnderstood qname="Plain"/><s:NotUnderstood/>', { NotUnderstood: ['u:Priority', 'Plain', ''] }],
  ['an address', `<a:ReplyTo><a:Address s:mustUnderstand="true"> ${ADDRESS} </a:Address></a:ReplyTo>`, { ReplyTo: ADDRESS }],
  [
    'an address with more',
    `<a:ReplyTo><a:Address>${ADDRESS}</a:Address><a:ReferenceProperties/></a:ReplyTo>`,
    {
      ReplyTo: {
        element: 'ReplyTo',
        namespace: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
        children: [
          { element: 'Address', namespace: 'http://schemas.xmlsoap.org/ws/2004/08/addressing', text: ADDRESS },
          { element: 'ReferenceProperties', namespace: 'http://schemas.xmlsoap.org/ws/2004/08/addressing', text: '' },
        ],
      },
    },
  ],
])('describeHeaders: %s', (_what, headers, expected) => {
  expect(describeHeaders(elementsOf(parseXml(`<s:Header ${NAMESPACES}>${headers}</s:Header>`)))).toEqual(expected);
});
