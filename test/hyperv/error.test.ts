import { describe, expect, it } from 'vitest';
import { classOf, createInstance } from '../../src/cim/instance.js';
import { ProtocolError } from '../../src/errors.js';
import { toMsvmError } from '../../src/hyperv/error.js';
import { fixture } from '../fixture.js';

const NOTHING = {
  CIMStatusCode: null,
  CIMStatusCodeDescription: null,
  ErrorSource: null,
  ErrorSourceFormat: null,
  ErrorType: null,
  Message: null,
  MessageArguments: null,
  MessageID: null,
  OtherErrorSourceFormat: null,
  OtherErrorType: null,
  OwningEntity: null,
  PerceivedSeverity: null,
  ProbableCause: null,
  ProbableCauseDescription: null,
  RecommendedActions: null,
};

describe('toMsvmError', () => {
  it('decodes the text of a failed migration: 15 properties, typed', () => {
    const error = toMsvmError(fixture('cim/msvm-error-21024.xml'));
    expect(Object.keys(error)).toEqual(Object.keys(NOTHING));
    expect(error).toMatchObject({ MessageID: '21024', ErrorType: 4, PerceivedSeverity: 5, CIMStatusCode: 1, ProbableCause: 0, ErrorSourceFormat: 0, ErrorSource: null, RecommendedActions: null });
    expect(error.MessageArguments).toHaveLength(3);
    expect(classOf(error)).toBe('Msvm_Error');
  });

  it('fills in what was not sent, and keeps what the class does not declare', () => {
    const error = toMsvmError('<INSTANCE CLASSNAME="Contoso_Error"><PROPERTY NAME="MessageID" TYPE="string"><VALUE>7</VALUE></PROPERTY><PROPERTY NAME="Extra" TYPE="uint8"><VALUE>9</VALUE></PROPERTY></INSTANCE>');
    expect({ ...error }).toEqual({ ...NOTHING, MessageID: '7', Extra: 9 });
    expect(classOf(error)).toBe('Contoso_Error');
  });

  it('gives the same for child elements, which carry no types and make an array of one look like a scalar', () => {
    const sent = createInstance({ className: 'Msvm_Error', properties: { MessageID: '21024', ErrorType: '4', MessageArguments: 'one', PerceivedSeverity: null, constructor: 'x' } });
    const error = toMsvmError(sent);
    expect({ ...error }).toEqual({ ...NOTHING, MessageID: '21024', ErrorType: 4, MessageArguments: ['one'], constructor: 'x' });
  });

  it('conforms values that were sent with another type', () => {
    const text = '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="MessageID" TYPE="uint32"><VALUE>21024</VALUE></PROPERTY><PROPERTY NAME="ErrorType" TYPE="string"><VALUE>4</VALUE></PROPERTY></INSTANCE>';
    expect(toMsvmError(text)).toMatchObject({ MessageID: '21024', ErrorType: 4 });
  });

  it.each<[string, string | Parameters<typeof toMsvmError>[0], string]>([
    ['plain words', 'The operation failed.', ''],
    ['other XML', '<html/>', ''],
    ['a number outside its type, in a text', '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="ErrorType" TYPE="sint32"><VALUE>-1</VALUE></PROPERTY></INSTANCE>', 'ErrorType of the error'],
    ['a null among the arguments', '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY.ARRAY NAME="MessageArguments" TYPE="string"><VALUE.ARRAY><VALUE>a</VALUE><VALUE.NULL/></VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE>', 'MessageArguments of the error holds a null'],
    ['a number outside its type', createInstance({ className: 'Msvm_Error', properties: { ErrorType: '65536' } }), 'uint16'],
    ['a text that only claims to be a number', createInstance({ className: 'Msvm_Error', properties: { ErrorType: 'x' }, types: { ErrorType: { type: 'uint16', array: false } } }), 'uint16'],
    ['two values where one must be', createInstance({ className: 'Msvm_Error', properties: { Message: ['a', 'b'] }, types: { Message: { type: 'string', array: true } } }), 'Message'],
    ['an instance where a string must be', createInstance({ className: 'Msvm_Error', properties: { Message: createInstance({ className: 'X', properties: {} }) } }), 'Message'],
  ])('refuses %s', (_name, sent, message) => {
    expect(() => toMsvmError(sent)).toThrow(ProtocolError);
    if (message !== '') expect(() => toMsvmError(sent)).toThrow(message);
    if (typeof sent === 'string') expect(() => toMsvmError(sent)).toThrow(expect.objectContaining({ text: sent }) as Error);
  });
});
