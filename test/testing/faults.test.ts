/** Every fault of the simulated host, asked for with envelopes written by hand. Codes: wsmerror.h of the Windows SDK. */
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { SimulatedHost } from '../../src/testing/index.js';
import { SOAP_TYPE, basicHeader, clientOf, send, startHost } from './support.js';

const ID = '0A8F7D52-3B6C-4E19-9D70-52C1E6B8A4F3';
const GONE = '5D1B9E60-7C24-4F8A-B3D9-08E7A1C6F245';
const MESSAGE_ID = 'uuid:77E3C1B0-5A2D-4F96-8E41-D0B9A7C35F12';
const WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2';
const JOB = `${WMI}/Msvm_MigrationJob`;
const GET = 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get';
const DETAIL = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail';
const ADDRESSING_FAULT = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/fault';
const WSMAN_FAULT = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/fault';

type Headers = { action?: string; uri?: string; selectors?: string; more?: string; id?: string };

const selector = (name: string, value: string): string => `<w:Selector Name="${name}">${value}</w:Selector>`;

function envelope({ action = GET, uri = JOB, selectors = selector('InstanceID', ID), more = '', id = MESSAGE_ID }: Headers = {}): string {
  const header = (name: string, text: string): string => (text === '' ? '' : `<${name}>${text}</${name}>`);
  return (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
    'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"><s:Header>' +
    header('a:Action', action) + header('w:ResourceURI', uri) + header('a:MessageID', id) + header('w:SelectorSet', selectors) + more +
    '</s:Header><s:Body/></s:Envelope>'
  );
}

let host: SimulatedHost;

beforeAll(async () => {
  host = await SimulatedHost.start({ allowUnencrypted: true });
  host.addJob({ InstanceID: ID, JobState: 4 });
});
afterAll(() => host.close());

async function post(body: string | Uint8Array): Promise<{ status: number; text: string }> {
  const { status, body: answer } = await send(host.url, { headers: { 'Content-Type': SOAP_TYPE, Authorization: basicHeader() }, body });
  return { status, text: answer.toString('utf8') };
}

const valuesOf = (text: string): (string | undefined)[] => [...text.matchAll(/<s:Value>([^<]*)<\/s:Value>/g)].map((match) => match[1]);
const codesOf = (text: string): (string | undefined)[] => [...text.matchAll(/<f:WSManFault [^>]*Code="(\d+)"/g)].map((match) => match[1]);
const textOf = (text: string, name: string): string | undefined => new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`).exec(text)?.[1];

type Row = [what: string, request: string, subcode: string, codes: string[], detail: string | undefined, action: string];

const NOT_FOUND = ['2150858752', '2150858752'];

describe('faults', () => {
  it.each<Row>([
    ['Get of a job that is gone', envelope({ selectors: selector('InstanceID', GONE) }), 'a:DestinationUnreachable', NOT_FOUND, 'InvalidResourceURI', ADDRESSING_FAULT],
    ['GetError of a job that is gone', envelope({ action: `${JOB}/GetError`, selectors: selector('InstanceID', GONE) }), 'a:DestinationUnreachable', NOT_FOUND, 'InvalidResourceURI', ADDRESSING_FAULT],
    ['GetErrorEx of a job that is gone', envelope({ action: `${JOB}/GetErrorEx`, selectors: selector('InstanceID', GONE) }), 'a:DestinationUnreachable', NOT_FOUND, 'InvalidResourceURI', ADDRESSING_FAULT],
    ['white space in a key value', envelope({ selectors: selector('InstanceID', ` ${ID}`) }), 'a:DestinationUnreachable', NOT_FOUND, 'InvalidResourceURI', ADDRESSING_FAULT],
    ['a class that does not exist', envelope({ uri: `${WMI}/Msvm_Umzug` }), 'a:DestinationUnreachable', NOT_FOUND, 'InvalidResourceURI', ADDRESSING_FAULT],
    ['a method of a class that does not exist', envelope({ uri: `${WMI}/Msvm_Umzug`, action: `${WMI}/Msvm_Umzug/GetError` }), 'a:DestinationUnreachable', NOT_FOUND, 'InvalidResourceURI', ADDRESSING_FAULT],
    ['a namespace that does not exist', envelope({ uri: 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/v9/Msvm_MigrationJob' }), 'a:DestinationUnreachable', NOT_FOUND, 'InvalidResourceURI', ADDRESSING_FAULT],
    ['a resource that is not of WMI', envelope({ uri: 'http://schemas.microsoft.com/wbem/wsman/1/config' }), 'a:DestinationUnreachable', ['2150858752'], 'InvalidResourceURI', ADDRESSING_FAULT],
    ['no selectors', envelope({ selectors: '' }), 'w:InvalidSelectors', ['2150858843', '2150858843'], 'InsufficientSelectors', WSMAN_FAULT],
    ['another selector', envelope({ selectors: selector('Name', ID) }), 'w:InvalidSelectors', ['2150858843', '2150858843'], 'UnexpectedSelectors', WSMAN_FAULT],
    ['one selector too many', envelope({ selectors: selector('InstanceID', ID) + selector('Name', 'x') }), 'w:InvalidSelectors', ['2150858843', '2150858843'], 'UnexpectedSelectors', WSMAN_FAULT],
    ['a __cimnamespace that contradicts', envelope({ selectors: selector('InstanceID', ID) + selector('__cimnamespace', 'root/cimv2') }), 'w:InvalidSelectors', ['2150858843', '2150858843'], 'UnexpectedSelectors', WSMAN_FAULT],
    ['another operation', envelope({ action: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Rename' }), 'a:ActionNotSupported', ['2150858771'], undefined, ADDRESSING_FAULT],
    ['a method the class does not have', envelope({ action: `${JOB}/Anhalten` }), 'a:ActionNotSupported', ['2150858771'], undefined, ADDRESSING_FAULT],
    ['the name of something in Object.prototype', envelope({ action: `${JOB}/constructor` }), 'a:ActionNotSupported', ['2150858771'], undefined, ADDRESSING_FAULT],
    ['MaxEnvelopeSize 8191', envelope({ more: '<w:MaxEnvelopeSize>8191</w:MaxEnvelopeSize>' }), 'w:EncodingLimit', ['2150858805'], 'MinimumEnvelopeLimit', WSMAN_FAULT],
    ['a MaxEnvelopeSize that is no number', envelope({ more: '<w:MaxEnvelopeSize>much</w:MaxEnvelopeSize>' }), 'w:EncodingLimit', ['2150858805'], 'MinimumEnvelopeLimit', WSMAN_FAULT],
    ['no Action', envelope({ action: '' }), 'a:MessageInformationHeaderRequired', ['2150858769'], undefined, ADDRESSING_FAULT],
    ['no ResourceURI', envelope({ uri: '' }), 'a:MessageInformationHeaderRequired', ['2150858769'], undefined, ADDRESSING_FAULT],
    ['a selector without a name', envelope({ selectors: '<w:Selector>x</w:Selector>' }), 'w:SchemaValidationError', ['2150858817'], undefined, WSMAN_FAULT],
  ])('%s', async (_what, request, subcode, codes, detail, action) => {
    const { status, text } = await post(request);
    expect(status).toBe(500);
    expect(valuesOf(text)).toEqual(['s:Sender', subcode]);
    expect(codesOf(text)).toEqual(codes);
    expect(textOf(text, 'w:FaultDetail')).toBe(detail === undefined ? undefined : `${DETAIL}/${detail}`);
    expect(textOf(text, 'a:Action')).toBe(action);
    expect(textOf(text, 'a:RelatesTo')).toBe(MESSAGE_ID);
    expect(textOf(text, 's:Text')).not.toBe('');
  });

  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['not well-formed', envelope().slice(0, -5)],
    ['not an envelope', '<a/>'],
    ['SOAP 1.1', '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>'],
    ['a DOCTYPE', `<!DOCTYPE s:Envelope>${envelope()}`],
    ['a thousand elements deep', '<a>'.repeat(1000) + '</a>'.repeat(1000)],
    ['bytes that are no text', Uint8Array.of(0xff, 0x80, 0x00)],
    ['no MessageID', envelope({ id: '' })],
  ])('what cannot be read has no request to relate to: %s', async (_what, body) => {
    const { status, text } = await post(body);
    expect(status).toBe(500);
    expect(valuesOf(text)[0]).toBe('s:Sender');
    expect(text).not.toContain('RelatesTo');
  });

  it('a compulsory header that is not known: SOAP 1.2 Part 1, 5.4.8; without a detail', async () => {
    const header = '<h:Eile xmlns:h="urn:example:eile" s:mustUnderstand="true">1</h:Eile>';
    const { status, text } = await post(envelope({ more: header }));
    expect(status).toBe(500);
    expect(valuesOf(text)).toEqual(['s:MustUnderstand']);
    expect(text).toMatch(/<s:NotUnderstood qname="(\w+):Eile" xmlns:\1="urn:example:eile"\/>/);
    expect(text).not.toContain('s:Detail');
  });

  it('a header that is not compulsory does not matter', async () => {
    const header = '<h:Eile xmlns:h="urn:example:eile" s:mustUnderstand="false">1</h:Eile>';
    expect((await post(envelope({ more: header }))).status).toBe(200);
  });

  it('names, key values and class in any letter case, and a __cimnamespace that agrees, are no faults', async () => {
    const selectors = selector('INSTANCEID', ID.toLowerCase()) + selector('__cimnamespace', 'ROOT/virtualization/v2');
    const { status, text } = await post(envelope({ uri: JOB.toLowerCase(), selectors }));
    expect(status).toBe(200);
    expect(text).toContain(`<p:InstanceID>${ID}</p:InstanceID>`);
  });

  it('a gone job: the provider, the machine and what WMI was asked for, as Windows writes them', async () => {
    const { text } = await post(envelope({ action: `${JOB}/GetError`, selectors: selector('InstanceID', GONE) }));
    expect(text).toContain('<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="2150858752" Machine="127.0.0.1"><f:Message><f:ProviderFault provider="WMI Provider" path="%systemroot%\\system32\\WsmWmiPl.dll">');
    expect(text).toContain('Code="2150858752" Machine="SIMHOST"><f:Message>');
    expect(text).toContain('</f:WSManFault><f:ExtendedError><p:__ExtendedStatus ');
    expect(text).toContain('<p:Operation xsi:type="cim:cimString">ExecMethod</p:Operation>');
    expect(text).toContain(`<p:ParameterInfo xsi:type="cim:cimString">Msvm_MigrationJob.InstanceID="${GONE}"</p:ParameterInfo>`);
  });

  it('declares the prefixes that Windows declares, and its language', async () => {
    const { text } = await post(envelope({ selectors: '' }));
    expect(text).toMatch(/^<s:Envelope xml:lang="en-US" xmlns:s="[^"]+" xmlns:a="[^"]+" xmlns:x="[^"]+" xmlns:w="[^"]+" xmlns:p="[^"]+"><s:Header><a:Action>/);
  });
});

it('a client sees the codes', async () => {
  const sealed = await startHost();
  const client = clientOf(sealed);
  await expect(client.get({ namespace: 'root/virtualization/v2', className: 'Msvm_MigrationJob', keys: { InstanceID: GONE } })).rejects.toMatchObject({
    code: 'FAULT',
    status: 500,
    subcode: 'DestinationUnreachable',
    wsman: 2150858752,
    machine: 'SIMHOST',
  });
});
