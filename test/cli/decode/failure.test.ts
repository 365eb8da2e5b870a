import { describe, expect, it } from 'vitest';
import { readFailures } from '../../../src/cli/decode/failure.js';
import { FaultError, LimitError, ProtocolError } from '../../../src/errors.js';
import { fixture } from '../../fixture.js';

const ERROR = '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="MessageID" TYPE="string"><VALUE>21024</VALUE></PROPERTY></INSTANCE>';
const OTHER = '<INSTANCE CLASSNAME="Msvm_ComputerSystem"></INSTANCE>';
const ENVELOPE = (body: string): string => `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`;

const idsIn = (text: string): unknown => readFailures(text).map((failure) => (Array.isArray(failure) ? (failure as readonly { MessageID: string | null }[]).map(({ MessageID }) => MessageID) : failure));

describe('readFailures', () => {
  it.each<[what: string, text: string, found: unknown]>([
    ['one error', ERROR, [['21024']]],
    ['several, among other text', `log:\n${ERROR}\n${OTHER}\n'${ERROR}'`, [['21024', '21024']]],
    ['errors in an answer', ENVELOPE(`<GetErrorEx_OUTPUT><Errors>${ERROR.replaceAll('<', '&lt;')}</Errors><Errors><![CDATA[${ERROR}]]></Errors></GetErrorEx_OUTPUT>`), [['21024', '21024']]],
    ['text', 'one\ntwo\n\n \nthree\r\n\r\nfour', ['one\ntwo', 'three', 'four']],
    ['an instance of another class', OTHER, [OTHER]],
    ['XML that ends too early', '<s:Envelope', ['<s:Envelope']],
    ['an end without a start', '</INSTANCE>', ['</INSTANCE>']],
  ])('reads %s', (_what, text, found) => {
    expect(idsIn(text)).toEqual(found);
  });

  it('reads an envelope of the wire', () => {
    expect(readFailures(fixture('wsman/get-error-response.xml'))).toMatchObject([[{ MessageID: expect.any(String) as string }]]);
  });

  it('reads a fault', () => {
    const [fault] = readFailures(fixture('wire/destination-unreachable-fault.xml'));
    expect(fault).toBeInstanceOf(FaultError);
    expect(fault).toMatchObject({ wsman: 2150858752, wmi: 0x80041002 });
  });

  it('refuses a broken error, and an envelope that is too deep', () => {
    expect(() => readFailures('<INSTANCE CLASSNAME="Msvm_Error"><VALUE></INSTANCE>')).toThrow(ProtocolError);
    expect(() => readFailures(ENVELOPE('<a>'.repeat(10_000)))).toThrow(LimitError);
  });
});
