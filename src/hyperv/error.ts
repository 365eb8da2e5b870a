import { decodeCimXml } from '../cim/cim-xml.js';
import { type CimInstance, classOf, receivedInstance, typesOf } from '../cim/instance.js';
import { type CimType, type CimValue, parseCimScalar } from '../cim/types.js';
import { type MsvmError, ProtocolError } from '../errors.js';
import { MSVM_ERROR_PROPERTIES } from '../schema/msvm-error.js';

export type { MsvmError } from '../errors.js';

/**
 * Makes an MsvmError of what a host sent: CIM-XML text, or the instance that a WS-CIM answer held.
 *
 * @throws ProtocolError - the text is no CIM-XML instance (it is in `text`), or a property has a value outside its type
 */
export function toMsvmError(sent: string | CimInstance): MsvmError {
  const text = typeof sent === 'string' ? sent : null;
  const instance = typeof sent === 'string' ? decodeCimXml(sent) : sent;
  // What was decoded here has the types it says; of an instance from elsewhere that is not certain.
  const sentTypes = text === null ? {} : typesOf(instance);
  const properties = Object.create(null) as Record<string, CimValue>;
  for (const name in TYPES) properties[name] = null;
  for (const name in instance) {
    const value = instance[name] as CimValue;
    const type = TYPES[name];
    properties[name] = type === undefined || isSame(sentTypes[name], type) ? value : conform(name, value, type, text);
  }
  return receivedInstance(classOf(instance), properties, TYPES) as unknown as MsvmError;
}

/** Without a prototype: a peer may name a property `constructor`. */
const TYPES: Readonly<Record<string, CimType>> = Object.freeze(Object.assign(Object.create(null) as Record<string, CimType>, MSVM_ERROR_PROPERTIES));

/** An array, which may hold a null where none may be, has to be looked at. */
function isSame(sent: CimType | undefined, { type, array }: CimType): boolean {
  return !array && sent?.type === type && !sent.array && sent.embedded !== true;
}

/** Gives a value the type the class declares: child elements carry none, and one element of an array looks like a scalar. */
function conform(name: string, value: CimValue, type: CimType, sent: string | null): CimValue {
  if (value === null) return null;
  const items: readonly CimValue[] = Array.isArray(value) ? (value as readonly CimValue[]) : [value];
  if (!type.array && items.length !== 1) throw new ProtocolError(`${name} of the error holds ${items.length} values where one must be`, { text: sent });
  const typed = items.map((item) => conformScalar(name, item, type, sent));
  return (type.array ? typed : typed[0]) as CimValue;
}

function conformScalar(name: string, value: CimValue, { type, array }: CimType, sent: string | null): CimValue {
  if (typeof value === 'object') {
    if (value === null && !array) return null;
    throw new ProtocolError(`${name} of the error holds ${value === null ? 'a null' : 'an object'} where a ${type} must be`, { text: sent });
  }
  try {
    return type === 'string' ? String(value) : parseCimScalar(type, String(value));
  } catch (error) {
    throw new ProtocolError(`${name} of the error: ${(error as Error).message}`, { cause: error, text: sent });
  }
}
