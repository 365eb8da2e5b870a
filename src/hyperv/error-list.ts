import { type CimInstance, createInstance, isCimInstance } from '../cim/instance.js';
import type { CimValue } from '../cim/types.js';
import { ProtocolError } from '../errors.js';
import { type MsvmError, toMsvmError } from './error.js';

/**
 * Not every element of a list of errors decoded. Those that did are in `decoded`, all texts as sent in `texts`, both in the
 * order of the answer.
 */
export class MsvmErrorListError extends ProtocolError {
  readonly decoded: readonly MsvmError[];
  readonly texts: readonly string[];

  constructor(message: string, options: { cause: unknown; text: string | null; decoded: readonly MsvmError[]; texts: readonly string[] }) {
    super(message, options);
    this.decoded = options.decoded;
    this.texts = options.texts;
  }
}

/**
 * The elements of an OUT parameter that holds instances of Msvm_Error, one or several: texts or instances. Null and the
 * empty text, which is how some answers say null, are none.
 *
 * @throws ProtocolError - an element is neither
 */
export function sentErrors(value: CimValue): readonly (string | CimInstance)[] {
  return elementsOf(value).map((item) => {
    if (typeof item === 'string' || isCimInstance(item)) return item;
    throw new ProtocolError('The answer holds neither CIM-XML text nor an instance where an Msvm_Error must be');
  });
}

/**
 * Decodes an OUT parameter that holds instances of Msvm_Error: Errors of GetErrorEx, Reasons of CheckSystemCompatibilityInfo.
 *
 * @param called - what messages call the elements
 * @returns in the order sent; none for null
 * @throws MsvmErrorListError - not every element decoded; it carries those that did
 * @throws ProtocolError - an element is neither text nor instance
 */
export function decodeErrors(value: CimValue, called = 'errors'): MsvmError[] {
  const sent = sentErrors(value);
  const decoded: MsvmError[] = [];
  const failures: ProtocolError[] = [];
  for (const one of sent) {
    try {
      decoded.push(toMsvmError(one));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first === undefined) return decoded;
  throw new MsvmErrorListError(`${failures.length} of ${sent.length} ${called} did not decode: ${first.message}`, {
    cause: first,
    text: first.text,
    decoded,
    texts: sent.filter((one) => typeof one === 'string'),
  });
}

/**
 * Decodes what can be decoded, and never fails: a text that is no Msvm_Error becomes one that has the text as its Message.
 *
 * @returns the errors in the order sent, and why elements did not decode
 */
export function decodeErrorsLeniently(value: CimValue): { readonly errors: readonly MsvmError[]; readonly failures: readonly ProtocolError[] } {
  const errors: MsvmError[] = [];
  const failures: ProtocolError[] = [];
  for (const one of elementsOf(value)) {
    try {
      errors.push(...decodeErrors(one));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      failures.push(error);
      const text = isCimInstance(one) ? one.Message : one;
      if (typeof text === 'string') errors.push(errorOf({ Message: text }));
    }
  }
  return { errors, failures };
}

/** An Msvm_Error of our own making; what is not given is null. */
export function errorOf(properties: { readonly [P in keyof MsvmError]?: MsvmError[P] & CimValue }): MsvmError {
  return toMsvmError(createInstance({ className: 'Msvm_Error', properties }));
}

function elementsOf(value: CimValue): readonly CimValue[] {
  const items: readonly CimValue[] = Array.isArray(value) ? (value as readonly CimValue[]) : [value];
  return items.filter((item) => item !== null && item !== '');
}
