import { describe, expect, it } from 'vitest';
import type { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { type CimInstance, classOf, createInstance } from '../../src/cim/instance.js';
import { instancePath } from '../../src/cim/object-path.js';
import type { CimType, CimValue } from '../../src/cim/types.js';
import { LimitError, ProtocolError, UsageError } from '../../src/errors.js';
import type { TypeOf } from '../../src/wsman/instance.js';
import { readInstance } from '../../src/wsman/instance-read.js';
import { invokeRequest, invokeResponseBody, readInvokeRequest, readInvokeResponse } from '../../src/wsman/invoke.js';
import { USE_PRECISE_ARRAYS, readOptions } from '../../src/wsman/request.js';
import { getRequest } from '../../src/wsman/get.js';
import { DMTF, WMI, answer, answered, bodyOf, ownHeadersOf, received } from './support.js';

const SERVICE = instancePath('Msvm_Desk', { Name: 'd' });
const EMBEDDED: CimType = { type: 'string', array: false, embedded: true };
const TYPES: Readonly<Record<string, CimType>> = {
  'Msvm_Desk.Paint.Settings': EMBEDDED,
  'Msvm_Desk.Paint.AllSettings': { ...EMBEDDED, array: true },
  'Msvm_Desk.Paint.Bytes': { type: 'uint8', array: true },
  'Msvm_Desk.Paint.Sign': { type: 'char16', array: false },
  'Msvm_Desk.Paint.Took': { type: 'datetime', array: false },
  'Msvm_Color.Red': { type: 'uint8', array: false },
  'Msvm_Color.Inner': EMBEDDED,
  'Msvm_Color.Layers': { type: 'uint8', array: true },
};
const typeOf: TypeOf = (owner, member) => TYPES[`${owner}.${member}`] ?? null;
const color = (properties: Record<string, CimValue>) => createInstance({ className: 'Msvm_Color', properties });
const out = (inside: string, types?: TypeOf) =>
  readInvokeResponse(answer(`<p:Paint_OUTPUT xmlns:p="${WMI}/Msvm_Desk">${inside}<p:ReturnValue>0</p:ReturnValue></p:Paint_OUTPUT>`), SERVICE, 'Paint', types).out;
const input = (parameters: Readonly<Record<string, CimValue>>) => /<p:Paint_INPUT [^>]*>(.*)<\/p:Paint_INPUT>/s.exec(bodyOf(invokeRequest(SERVICE, 'Paint', parameters, typeOf)))?.[1];

const TEXT = '&lt;INSTANCE CLASSNAME="Msvm_Color"&gt;&lt;PROPERTY NAME="Red" TYPE="uint8"&gt;&lt;VALUE&gt;9&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;';

describe('an embedded instance that comes', () => {
  it('as text is decoded where the type says that it is one, and stays text elsewhere', () => {
    const typed = out(`<p:Settings>${TEXT}</p:Settings>`, typeOf).Settings as CimInstance;
    expect([classOf(typed), { ...typed }]).toEqual(['Msvm_Color', { Red: 9 }]);
    expect(out(`<p:Settings>${TEXT}</p:Settings>`).Settings).toBe('<INSTANCE CLASSNAME="Msvm_Color"><PROPERTY NAME="Red" TYPE="uint8"><VALUE>9</VALUE></PROPERTY></INSTANCE>');
  });

  it('as text in the text of another is decoded by the type of its property', () => {
    const inner = '&amp;#60;INSTANCE CLASSNAME=&amp;#34;Msvm_Dot&amp;#34;&amp;#62;&amp;#60;/INSTANCE&amp;#62;';
    const outer = `&lt;INSTANCE CLASSNAME="Msvm_Color"&gt;&lt;PROPERTY NAME="Inner" TYPE="string"&gt;&lt;VALUE&gt;${inner}&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;`;
    const settings = out(`<p:Settings>${outer}</p:Settings>`, typeOf).Settings as CimInstance;
    expect(classOf(settings.Inner as CimInstance)).toBe('Msvm_Dot');
  });

  it('as one element of an array is an array', () => {
    expect(out(`<p:AllSettings>${TEXT}</p:AllSettings>`, typeOf)).toEqual({ AllSettings: [{ Red: 9 }] });
  });

  it.each([
    ["in the namespace of the class, as Windows does", `${WMI}/Msvm_Color`],
    ["in DMTF's", `${DMTF}/Msvm_Color`],
  ])('as child elements %s, is typed by its class', (_name, namespace) => {
    const settings = out(`<p:Settings xmlns:q="${namespace}"><q:Red>9</q:Red><q:Layers>1</q:Layers></p:Settings>`, typeOf).Settings as CimInstance;
    expect([classOf(settings), { ...settings }]).toEqual(['Msvm_Color', { Red: 9, Layers: [1] }]);
  });

  it('as an empty text is null', () => {
    expect(out('<p:Settings> </p:Settings>', typeOf).Settings).toBeNull();
  });

  it('as text that is none is refused, with the text', () => {
    const read = () => out('<p:Settings>no instance</p:Settings>', typeOf);
    expect(read).toThrow(ProtocolError);
    expect(read).toThrow(/^Settings: Not a CIM-XML instance/);
    expect(read).toThrow(expect.objectContaining({ text: 'no instance' }));
  });

  it('too deep is a matter of limits', () => {
    const deep = `${'&lt;INSTANCE CLASSNAME="A"&gt;'.replace('A', 'Msvm_Color')}${'&lt;X&gt;'.repeat(300)}`;
    expect(() => out(`<p:Settings>${deep}${'&lt;/X&gt;'.repeat(300)}&lt;/INSTANCE&gt;</p:Settings>`, typeOf)).toThrow(LimitError);
  });
});

describe('an embedded instance that goes', () => {
  it('is text with numeric references, its numbers typed by its class', () => {
    expect(input({ Settings: createInstance({ className: 'Msvm_Color', properties: { Red: 9, Name: 'a & b' } }) })).toBe(
      '<p:Settings>&lt;INSTANCE CLASSNAME="Msvm_Color"&gt;&lt;PROPERTY NAME="Red" TYPE="uint8"&gt;&lt;VALUE&gt;9&lt;/VALUE&gt;&lt;/PROPERTY&gt;' +
        '&lt;PROPERTY NAME="Name" TYPE="string"&gt;&lt;VALUE&gt;a &amp;#38; b&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;</p:Settings>',
    );
    expect(input({ Settings: '<INSTANCE CLASSNAME="X"/>' })).toBe('<p:Settings>&lt;INSTANCE CLASSNAME="X"/&gt;</p:Settings>');
    expect(() => input({ Settings: color({ Unknown: 5 }) })).toThrow(UsageError);
  });

  it('is read by a service with the same types, and answered', () => {
    const request = invokeRequest(SERVICE, 'Paint', { AllSettings: [color({ Red: 1 }), color({ Red: 2 })] }, typeOf);
    expect(readInvokeRequest(received(request), 'Msvm_Desk.Paint', typeOf)).toEqual({ AllSettings: [{ Red: 1 }, { Red: 2 }] });
    const result = { returnValue: 0, out: { Settings: color({ Red: 3 }) } };
    expect(readInvokeResponse(answered(invokeResponseBody(SERVICE, 'Paint', result, typeOf)), SERVICE, 'Paint', typeOf)).toEqual(result);
  });
});

describe('other values', () => {
  it('writes uint8[] as repeated elements, and checks them', () => {
    expect(input({ Bytes: [1, 255] })).toBe('<p:Bytes>1</p:Bytes><p:Bytes>255</p:Bytes>');
    expect(() => input({ Bytes: [256] })).toThrow(UsageError);
  });

  it('reads char16 as a character and as a number, and a ReturnValue with a type', () => {
    expect(out('<p:Sign>Z</p:Sign>', typeOf).Sign).toBe('Z');
    expect(out('<p:Sign>90</p:Sign>', typeOf).Sign).toBe('Z');
    const typed: TypeOf = () => ({ type: 'uint32', array: false });
    expect(readInvokeResponse(answer('<Paint><ReturnValue>4294967295</ReturnValue></Paint>'), SERVICE, 'Paint', typed).returnValue).toBe(4294967295);
    const signed: TypeOf = () => ({ type: 'sint32', array: false });
    expect(() => readInvokeResponse(answer('<Paint><ReturnValue>-1</ReturnValue></Paint>'), SERVICE, 'Paint', signed)).toThrow('no uint32');
  });

  it.each(['<p:Took><cim:Interval>P0DT0H0M0S</cim:Interval></p:Took>', '<p:Took>P</p:Took>', '<p:Took>00000000000000.000000:000</p:Took>'])('reads a zero interval %s', (inside) => {
    expect((out(inside, typeOf).Took as CimInterval).toMilliseconds()).toBe(0);
  });

  it("keeps Windows' null date as it came", () => {
    expect(String(out('<p:Took><cim:Datetime>1601-01-01T00:00:00Z</cim:Datetime></p:Took>', typeOf).Took as CimDateTime)).toBe('1601-01-01T00:00:00Z');
  });

  it('reads a null array marked as one (MS-WSMV 4.11.1), with and without its type', () => {
    const inside = '<p:Bytes xmlns:m="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" xsi:nil="true" m:IsNullArray="true"/>';
    expect(out(inside, typeOf)).toEqual({ Bytes: null });
    expect(out(inside)).toEqual({ Bytes: null });
  });

  it('asks for that with an option, which a service reads', () => {
    const request = { ...getRequest(SERVICE), options: USE_PRECISE_ARRAYS };
    expect(ownHeadersOf(request)).toContain('<w:OptionSet s:mustUnderstand="true"><w:Option Name="msftwinrm:UsePreciseArrays">true</w:Option></w:OptionSet>');
    expect(readOptions(received(request))).toEqual({ 'msftwinrm:UsePreciseArrays': 'true' });
    expect(readOptions(answer(''))).toEqual({});
  });

  it('leaves a class and properties it does not know as they came', () => {
    const cursor = answer('<q:EX_New xmlns:q="urn:ex/EX_New"><q:One>007</q:One><q:Two xsi:nil="true"/></q:EX_New>').body;
    const instance = readInstance(cursor, typeOf);
    expect([classOf(instance), { ...instance }]).toEqual(['EX_New', { One: '007', Two: null }]);
  });
});
