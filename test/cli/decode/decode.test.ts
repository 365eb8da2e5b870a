import { describe, expect, it } from 'vitest';
import { utf16le } from '../../../src/bytes.js';
import { decode } from '../../../src/cli/decode/decode.js';
import { MSVM_ERROR_PROPERTIES } from '../../../src/schema/msvm-error.js';
import { ProtocolError } from '../../../src/errors.js';
import { fixture } from '../../fixture.js';

const ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';
const JOB_URI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_MigrationJob';
const ERROR_URI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_Error';
const ENUMERATION = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
const WSMAN = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd';
const ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const SOAP = 'http://www.w3.org/2003/05/soap-envelope';
const SHELL = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';
const WSMAN_FAULT = 'http://schemas.microsoft.com/wbem/wsman/1/wsmanfault';
const EXTENDED_STATUS = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/__ExtendedStatus';

const LISTENER = 'http://schemas.microsoft.com/wbem/wsman/1/config/listener';

const decodeText = (text: string): unknown => decode(Buffer.from(text));

function envelope(body: string): string {
  return `<s:Envelope xmlns:s="${SOAP}" xmlns:a="${ADDRESSING}" xmlns:w="${WSMAN}" xmlns:n="${ENUMERATION}"><s:Header/><s:Body>${body}</s:Body></s:Envelope>`;
}

/** What fixtures/wire/destination-unreachable-fault.xml says inside the outermost WSManFault. */
const PROVIDER_FAULT = {
  element: 'ProviderFault',
  namespace: WSMAN_FAULT,
  attributes: { provider: 'WMI Provider', path: '%systemroot%\\system32\\WsmWmiPl.dll' },
  children: [
    {
      element: 'WSManFault',
      namespace: WSMAN_FAULT,
      attributes: { Code: '2150858752', Machine: 'HV07' },
      children: [{ element: 'Message', namespace: WSMAN_FAULT, text: 'The provider has no such object. ' }],
    },
    {
      element: 'ExtendedError',
      namespace: WSMAN_FAULT,
      children: [
        {
          element: '__ExtendedStatus',
          namespace: '',
          children: [
            { element: 'Description', namespace: EXTENDED_STATUS, attributes: { '{http://www.w3.org/2001/XMLSchema-instance}nil': 'true' }, text: '' },
            { element: 'Operation', namespace: EXTENDED_STATUS, text: 'ExecMethod' },
            { element: 'ProviderName', namespace: EXTENDED_STATUS, text: 'VmmsWmiInstanceAndMethodProvider' },
            { element: 'StatusCode', namespace: EXTENDED_STATUS, text: '2147749890' },
          ],
        },
      ],
    },
  ],
};

const NO_ERROR_PROPERTIES = Object.fromEntries(Object.keys(MSVM_ERROR_PROPERTIES).map((name) => [name, null]));

describe('decode of envelopes', () => {
  it('tells the method, the selectors and the headers of a request', () => {
    expect(decodeText(fixture('wire/get-error-request.xml'))).toEqual({
      kind: 'request',
      action: `${JOB_URI}/GetError`,
      messageId: 'uuid:0B7E35C4-91AD-4E52-8F16-6C3D2A705B18',
      relatesTo: null,
      to: 'http://hv07.example:5985/wsman',
      resourceUri: JOB_URI,
      selectors: { InstanceID: 'E51C0F7A-2B94-4D38-A6C0-97D1B3F4502E' },
      otherHeaders: { ReplyTo: ANONYMOUS, MaxEnvelopeSize: '512000', Locale: 'en-US', DataLocale: 'en-US', OperationTimeout: 'PT60.000S' },
      body: { method: 'GetError', parameters: {} },
    });
  });

  it('decodes the text of an instance in place', () => {
    expect(decodeText(fixture('wire/get-error-response.xml'))).toEqual({
      kind: 'response',
      action: `${JOB_URI}/GetErrorResponse`,
      messageId: 'uuid:7D40A1E9-3C6F-4B08-92E5-18F0C4A6D273',
      relatesTo: 'uuid:0B7E35C4-91AD-4E52-8F16-6C3D2A705B18',
      to: ANONYMOUS,
      resourceUri: null,
      selectors: {},
      otherHeaders: {},
      body: {
        method: 'GetError',
        out: {
          Error: {
            className: 'Msvm_Error',
            properties: {
              CIMStatusCode: 1,
              CIMStatusCodeDescription: null,
              ErrorSource: null,
              ErrorSourceFormat: 0,
              ErrorType: 4,
              Message: "Moving 'mail & web' away from 'HV07' did not work.",
              MessageArguments: ['mail & web', '9C2E7F10-45BD-4A63-8E1C-D07F6B93A582', 'HV07'],
              MessageID: '21024',
              OtherErrorSourceFormat: null,
              OtherErrorType: null,
              OwningEntity: 'Microsoft-Windows-Hyper-V-VMMS',
              PerceivedSeverity: 5,
              ProbableCause: 0,
              ProbableCauseDescription: null,
              RecommendedActions: null,
            },
          },
        },
        returnValue: 0,
      },
    });
  });

  it('tells every layer of a fault', () => {
    expect(decodeText(fixture('wire/destination-unreachable-fault.xml'))).toEqual({
      kind: 'fault',
      action: `${ADDRESSING}/fault`,
      messageId: 'uuid:C8F21B06-7E5A-4D94-B3A1-60D9E2F54C7B',
      relatesTo: 'uuid:0B7E35C4-91AD-4E52-8F16-6C3D2A705B18',
      to: ANONYMOUS,
      otherHeaders: {},
      fault: {
        soapCode: 'Sender',
        subcode: 'DestinationUnreachable',
        reason: 'Nothing is found under this resource URI and these selectors.',
        lang: 'en-US',
        faultDetail: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/InvalidResourceURI',
        wsman: 2150858752,
        provider: 'VmmsWmiInstanceAndMethodProvider',
        wmi: 0x80041002,
        hresult: 0x80041002,
        machine: 'HV07',
        messages: ['The provider has no such object.'],
        detail: {
          element: 'Detail',
          namespace: SOAP,
          children: [
            { element: 'FaultDetail', namespace: WSMAN, text: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/InvalidResourceURI' },
            {
              element: 'WSManFault',
              namespace: WSMAN_FAULT,
              attributes: { Code: '2150858752', Machine: 'hv07.example' },
              children: [{ element: 'Message', namespace: WSMAN_FAULT, children: [PROVIDER_FAULT] }],
            },
          ],
        },
      },
    });
  });

  it('tells a fault without detail, and which header was not understood', () => {
    expect(decodeText(fixture('wire/must-understand-fault.xml'))).toMatchObject({
      kind: 'fault',
      relatesTo: 'uuid:F3907A5D-1C68-4B2E-A4D7-05E8B6C3192A',
      otherHeaders: { NotUnderstood: '{http://example.test/headers}Priority' },
      fault: { soapCode: 'MustUnderstand', subcode: null, reason: 'A header that must be understood is not known here.', wsman: null, detail: null },
    });
  });

  it('tells who answers Identify', () => {
    expect(decodeText(fixture('wire/identify-response.xml'))).toEqual({
      kind: 'response',
      action: null,
      messageId: null,
      relatesTo: null,
      to: null,
      resourceUri: null,
      selectors: {},
      otherHeaders: {},
      body: { identity: { ProtocolVersion: WSMAN, ProductVendor: 'Microsoft Corporation', ProductVersion: 'OS: 10.0.20348 SP: 0.0 Stack: 3.0' } },
    });
  });

  it('tells the items of a PullResponse', () => {
    expect(decodeText(fixture('wire/pull-response.xml'))).toMatchObject({
      kind: 'response',
      body: {
        items: [
          {
            className: 'Msvm_AffectedJobElement',
            properties: {
              AffectedElement: {
                namespace: 'root/virtualization/v2',
                className: 'Msvm_ComputerSystem',
                keys: { CreationClassName: 'Msvm_ComputerSystem', Name: '9C2E7F10-45BD-4A63-8E1C-D07F6B93A582' },
              },
              ElementEffects: '5',
              OtherElementEffectsDescriptions: null,
            },
          },
        ],
        enumerationContext: 'uuid:64F8D2A1-B70C-4935-A1E6-5C92D0B83E47',
        endOfSequence: false,
      },
    });
  });

  it('types the properties of a job, and names those that were not sent', () => {
    const { kind, body } = decodeText(fixture('wire/get-response.xml')) as { kind: string; body: { className: string; properties: Record<string, unknown> } };
    expect([kind, body.className, Object.keys(body.properties).length]).toEqual(['response', 'Msvm_MigrationJob', 47]);
    expect(Object.fromEntries(Object.entries(body.properties).filter(([, value]) => value !== null))).toEqual({
      Cancellable: true,
      ElapsedTime: '00000000000102.500000:000',
      ErrorDescription: '',
      InstallDate: '16010101000000.000000+000',
      InstanceID: 'E51C0F7A-2B94-4D38-A6C0-97D1B3F4502E',
      JobState: 4,
      OperationalStatus: [2],
      PercentComplete: 35,
    });
  });

  it.each([
    ['what relates to a request', `<a:RelatesTo xmlns:a="${ADDRESSING}">uuid:1</a:RelatesTo>`, '', 'response'],
    ['what has the action of an answer', `<a:Action xmlns:a="${ADDRESSING}">urn:GetResponse</a:Action>`, '', 'response'],
    ['what has the body of an answer', '', '<PullResponse/>', 'response'],
    ['anything else', `<a:Action xmlns:a="${ADDRESSING}">urn:Get</a:Action>`, '<Pull/>', 'request'],
  ])('tells %s', (_what, header, body, kind) => {
    const text = `<s:Envelope xmlns:s="${SOAP}"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
    expect(decodeText(text)).toMatchObject({ kind });
  });

  it.each<[what: string, body: string, expected: unknown]>([
    ['an empty body', '', null],
    [
      'a body it knows nothing of, as it is',
      `<n:Enumerate><w:MaxElements t:unit="item" xmlns:t="urn:t" kind="most">20</w:MaxElements> <w:OptimizeEnumeration/></n:Enumerate>`,
      {
        element: 'Enumerate',
        namespace: ENUMERATION,
        children: [
          { element: 'MaxElements', namespace: WSMAN, attributes: { '{urn:t}unit': 'item', kind: 'most' }, text: '20' },
          { element: 'OptimizeEnumeration', namespace: WSMAN, text: '' },
        ],
      },
    ],
    [
      'an object and its reference as one item, at the end of the sequence',
      `<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:Items><w:Item><p:Win32_Thing xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Thing"><p:Name>a</p:Name></p:Win32_Thing>` +
        `<a:EndpointReference><a:Address>${ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Thing</w:ResourceURI><w:SelectorSet><w:Selector Name="Name">a</w:Selector></w:SelectorSet></a:ReferenceParameters></a:EndpointReference></w:Item></w:Items><w:EndOfSequence/></n:EnumerateResponse>`,
      {
        items: [{ className: 'Win32_Thing', properties: { Name: 'a' }, path: { namespace: 'root/cimv2', className: 'Win32_Thing', keys: { Name: 'a' } } }],
        enumerationContext: null,
        endOfSequence: true,
      },
    ],
    [
      'a fragment of an object',
      '<n:PullResponse><n:Items><w:XmlFragment><Name>web</Name><State>2</State></w:XmlFragment></n:Items><n:EndOfSequence/></n:PullResponse>',
      { items: [{ properties: { Name: 'web', State: '2' } }], enumerationContext: null, endOfSequence: true },
    ],
    [
      'all elements of a body that holds several',
      `<x:ResourceCreated xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer"><a:Address>http://hv07.example:5985/wsman</a:Address></x:ResourceCreated>` +
        `<rsp:Shell xmlns:rsp="${SHELL}"><rsp:ShellId>5B0E2C71-8D34-4F9A-B6E8-13C7A0D94F26</rsp:ShellId></rsp:Shell> <Move_OUTPUT><ReturnValue>0</ReturnValue></Move_OUTPUT>`,
      [
        {
          element: 'ResourceCreated',
          namespace: 'http://schemas.xmlsoap.org/ws/2004/09/transfer',
          children: [{ element: 'Address', namespace: ADDRESSING, text: 'http://hv07.example:5985/wsman' }],
        },
        { element: 'Shell', namespace: SHELL, children: [{ element: 'ShellId', namespace: SHELL, text: '5B0E2C71-8D34-4F9A-B6E8-13C7A0D94F26' }] },
        { method: 'Move', out: {}, returnValue: 0 },
      ],
    ],
    [
      'both of two elements it does not know in one item',
      '<n:PullResponse><n:Items><w:Item><First>1</First><Second>2</Second></w:Item><w:Item/></n:Items></n:PullResponse>',
      {
        items: [
          [
            { element: 'First', namespace: '', text: '1' },
            { element: 'Second', namespace: '', text: '2' },
          ],
          {},
        ],
      },
    ],
    [
      'a reference to what is no WMI class, as it is',
      `<n:PullResponse><n:Items><a:EndpointReference><a:ReferenceParameters><w:ResourceURI>${LISTENER}</w:ResourceURI></a:ReferenceParameters></a:EndpointReference></n:Items></n:PullResponse>`,
      {
        items: [
          {
            element: 'EndpointReference',
            namespace: ADDRESSING,
            children: [{ element: 'ReferenceParameters', namespace: ADDRESSING, children: [{ element: 'ResourceURI', namespace: WSMAN, text: LISTENER }] }],
          },
        ],
      },
    ],
    [
      'text beside elements',
      '<Message>first <b>bold</b> last</Message>',
      { element: 'Message', namespace: '', text: 'first  last', children: [{ element: 'b', namespace: '', text: 'bold' }] },
    ],
  ])('tells %s', (_what, body, expected) => {
    expect(decodeText(envelope(body))).toMatchObject({ body: expected });
  });
});

describe('decode of parts', () => {
  it.each(['<INSTANCE CLASSNAME="Msvm_Error">', '<?xml version="1.0"?><CIM><DECLARATION><DECLGROUP><VALUE.OBJECT><INSTANCE CLASSNAME="Msvm_Error">'])('takes CIM-XML: %s', (start) => {
    const text =
      '<PROPERTY NAME="MessageID" TYPE="string"><VALUE>21024</VALUE></PROPERTY><PROPERTY NAME="ErrorType" TYPE="uint16"><VALUE>4</VALUE></PROPERTY>' +
      '<PROPERTY.ARRAY NAME="MessageArguments" TYPE="string"><VALUE.ARRAY><VALUE>web</VALUE></VALUE.ARRAY></PROPERTY.ARRAY><PROPERTY NAME="ErrorSource" TYPE="string"></PROPERTY></INSTANCE>';
    const end = start.includes('CIM>') ? '</VALUE.OBJECT></DECLGROUP></DECLARATION></CIM>' : '';
    expect(decodeText(start + text + end)).toEqual({
      kind: 'instance',
      className: 'Msvm_Error',
      properties: { ...NO_ERROR_PROPERTIES, MessageID: '21024', ErrorType: 4, MessageArguments: ['web'] },
    });
  });

  it.each<[what: string, text: string, body: unknown]>([
    ['parameters', '<p:Move_INPUT xmlns:p="urn:x"><p:Name>web</p:Name><p:Name>db</p:Name></p:Move_INPUT>', { method: 'Move', parameters: { Name: ['web', 'db'] } }],
    ['an answer', '<p:Move_OUTPUT xmlns:p="urn:x"><p:ReturnValue>4096</p:ReturnValue></p:Move_OUTPUT>', { method: 'Move', out: {}, returnValue: 4096 }],
    ['an answer without ReturnValue', '<Move_OUTPUT/>', { method: 'Move', out: {}, returnValue: null }],
    ['an answer whose ReturnValue is no number', '<Move_OUTPUT><ReturnValue>true</ReturnValue></Move_OUTPUT>', { method: 'Move', out: {}, returnValue: 'true' }],
    [
      'an instance inside an answer',
      `<p:GetError_OUTPUT xmlns:p="${JOB_URI}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:e="${ERROR_URI}"><p:Error xsi:type="e:Msvm_Error_Type"><e:ErrorType>4</e:ErrorType></p:Error></p:GetError_OUTPUT>`,
      { method: 'GetError', out: { Error: { className: 'Msvm_Error', properties: { ...NO_ERROR_PROPERTIES, ErrorType: 4 } } }, returnValue: null },
    ],
    [
      'an instance of its own',
      `<p:Msvm_Error xmlns:p="${ERROR_URI}"><p:MessageArguments>web</p:MessageArguments></p:Msvm_Error>`,
      { className: 'Msvm_Error', properties: { ...NO_ERROR_PROPERTIES, MessageArguments: ['web'] } },
    ],
    [
      'texts of instances, inside one another',
      '<Set_INPUT><Text><![CDATA[<INSTANCE CLASSNAME="A"><PROPERTY NAME="Inner" TYPE="string"><VALUE>&lt;INSTANCE CLASSNAME="B">&lt;/INSTANCE></VALUE></PROPERTY></INSTANCE>]]></Text></Set_INPUT>',
      { method: 'Set', parameters: { Text: { className: 'A', properties: { Inner: { className: 'B', properties: {} } } } } },
    ],
    ['a text of an instance that is cut', '<Set_INPUT><Notes>&lt;INSTANCE CLASSNAME="A"></Notes></Set_INPUT>', { method: 'Set', parameters: { Notes: '<INSTANCE CLASSNAME="A">' } }],
    [
      'a text of an instance that is cut, inside another',
      '<Set_INPUT><Text><![CDATA[<INSTANCE CLASSNAME="A"><PROPERTY NAME="Notes" TYPE="string"><VALUE>&lt;INSTANCE CLASSNAME="B"></VALUE></PROPERTY></INSTANCE>]]></Text></Set_INPUT>',
      { method: 'Set', parameters: { Text: { className: 'A', properties: { Notes: '<INSTANCE CLASSNAME="B">' } } } },
    ],
    ['a text that only begins alike', '<Set_INPUT><Text>&lt;INSTANCES&gt;</Text></Set_INPUT>', { method: 'Set', parameters: { Text: '<INSTANCES>' } }],
  ])('takes a body without an envelope: %s', (_what, text, body) => {
    expect(decodeText(text)).toEqual({ kind: 'fragment', body });
  });

  it('leaves texts of instances beyond the sixteenth as they are', () => {
    let text = 'innermost';
    for (let depth = 0; depth < 17; depth++) {
      const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      text = `<INSTANCE CLASSNAME="A"><PROPERTY NAME="X" TYPE="string"><VALUE>${escaped}</VALUE></PROPERTY></INSTANCE>`;
    }
    let value: unknown = decodeText(text);
    for (let depth = 0; depth < 17; depth++) value = (value as { properties: { X: unknown } }).properties.X;
    expect(value).toBe('innermost');
    const outer = `<S_INPUT><T>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</T></S_INPUT>`;
    value = (decodeText(outer) as { body: { parameters: { T: unknown } } }).body.parameters.T;
    for (let depth = 0; depth < 16; depth++) value = (value as { properties: { X: unknown } }).properties.X;
    expect(value).toBe('<INSTANCE CLASSNAME="A"><PROPERTY NAME="X" TYPE="string"><VALUE>innermost</VALUE></PROPERTY></INSTANCE>');
  });

  it.each([
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFF<Move_INPUT/>')],
    ['UTF-16 with a byte order mark', utf16le('\uFEFF<Move_INPUT/>')],
    ['white space in front', Buffer.from('\n  <Move_INPUT/>\n')],
  ])('takes %s', (_what, bytes) => {
    expect(decode(bytes)).toEqual({ kind: 'fragment', body: { method: 'Move', parameters: {} } });
  });
});

describe('decode of anything else', () => {
  it.each<[what: string, text: string, message: RegExp]>([
    ['nothing', '', /^The input is empty$/],
    ['white space', ' \n ', /^The input is empty$/],
    ['prose, of which nothing is quoted', 'Authorization: Basic b3BzOnNlY3JldA==', /^The input is neither XML nor a token of NTLM, Kerberos, SPNEGO or CredSSP in base64$/],
    ['broken XML, with the place', '<Move_INPUT>\n <Name></Move_INPUT>', /line 2/],
    ['SOAP 1.1', '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>', /Expected a SOAP 1\.2 envelope, found the element Envelope of namespace "http:\/\/schemas\.xmlsoap\.org\/soap\/envelope\/"/],
    ['an envelope without a body', `<s:Envelope xmlns:s="${SOAP}"><s:Header/></s:Envelope>`, /no Body/],
    ['another document', '<html><p>503</p></html>', /^The element html of no namespace is neither a SOAP envelope, a CIM-XML instance nor/],
    ['another element with a namespace', '<a xmlns="urn:b"/>', /^The element a of namespace "urn:b" is neither/],
    ['CIM-XML without an instance', '<CIM/>', /0 instances/],
    ['a value outside its type', `<p:Msvm_Error xmlns:p="${ERROR_URI}"><p:ErrorType>four</p:ErrorType></p:Msvm_Error>`, /ErrorType.*"four".*uint16/],
  ])('refuses %s', (_what, text, message) => {
    expect(() => decodeText(text)).toThrow(ProtocolError);
    expect(() => decodeText(text)).toThrow(message);
  });
});
