import { describe, expect, it } from 'vitest';
import { createInstance } from '../../src/cim/instance.js';
import type { CimValue } from '../../src/cim/types.js';
import { ProtocolError } from '../../src/errors.js';
import { MsvmErrorListError, decodeErrors, decodeErrorsLeniently } from '../../src/hyperv/error-list.js';

const text = (message: string): string =>
  `<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message" TYPE="string"><VALUE>${message}</VALUE></PROPERTY></INSTANCE>`;
const instance = (properties: Record<string, CimValue>): CimValue => createInstance({ className: 'Msvm_Error', properties });
const messages = (errors: readonly { readonly Message: string | null }[]): (string | null)[] => errors.map(({ Message }) => Message);

describe.each([
  ['decodeErrors', decodeErrors],
  ['decodeErrorsLeniently', (value: CimValue) => decodeErrorsLeniently(value).errors],
] as const)('%s', (_name, decode) => {
  it.each<[string, CimValue, string[]]>([
    ['null', null, []],
    ['an empty text', '', []],
    ['nothing', [], []],
    ['one text', text('a'), ['a']],
    ['several texts', [text('a'), '', text('b')], ['a', 'b']],
    ['an instance', instance({ Message: 'a' }), ['a']],
    ['both', [text('a'), instance({ Message: 'b' })] as unknown as CimValue, ['a', 'b']],
  ])('decodes %s', (_case, value, expected) => {
    expect(messages(decode(value))).toEqual(expected);
  });
});

describe('a list in which not everything decodes', () => {
  const list = [text('a'), 'junk', text('b'), '<INSTANCE'];

  it('makes decodeErrors throw what decoded, and every text', () => {
    const error = caught(() => decodeErrors(list, 'reasons'));
    expect(error).toBeInstanceOf(MsvmErrorListError);
    expect(error).toMatchObject({ text: 'junk', texts: list, message: expect.stringContaining('2 of 4 reasons did not decode') as string });
    expect(messages((error as MsvmErrorListError).decoded)).toEqual(['a', 'b']);
  });

  it('loses nothing when it is decoded leniently', () => {
    const { errors, failures } = decodeErrorsLeniently(list);
    expect(messages(errors)).toEqual(['a', 'junk', 'b', '<INSTANCE']);
    expect(failures.map((failure) => failure instanceof ProtocolError)).toEqual([true, true]);
  });

  it('keeps the message of an instance with a value that cannot be', () => {
    const { errors, failures } = decodeErrorsLeniently(instance({ Message: 'a', ErrorType: 'high' }));
    expect([messages(errors), failures.length]).toEqual([['a'], 1]);
  });

  it('is a ProtocolError for what is neither text nor instance, and a failure when lenient', () => {
    expect(caught(() => decodeErrors([5]))).toBeInstanceOf(ProtocolError);
    expect(decodeErrorsLeniently([5])).toMatchObject({ errors: [], failures: [{ code: 'PROTOCOL' }] });
  });
});

function caught(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return null;
}
