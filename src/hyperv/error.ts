import { decodeCimXml } from '../cim/cim-xml.js';
import { type CimInstance, classOf, createInstance } from '../cim/instance.js';
import { type CimType, type CimValue, parseCimScalar } from '../cim/types.js';
import { ProtocolError } from '../errors.js';
import { MSVM_ERROR_PROPERTIES } from '../schema/msvm-error.js';

/**
 * What Hyper-V says of one failure, property by property (class Msvm_Error, all 15 inherited from CIM_Error). What was
 * not sent is `null`; `classOf()` tells the class that was sent.
 */
export type MsvmError = {
  /** A number that `CIMStatusCode.name()` knows; Hyper-V says 1, CIM_ERR_FAILED. */
  readonly CIMStatusCode: number | null;
  readonly CIMStatusCodeDescription: string | null;
  /** What failed, in the format that ErrorSourceFormat tells. */
  readonly ErrorSource: string | null;
  readonly ErrorSourceFormat: number | null;
  /** A number that `ErrorType.name()` knows. */
  readonly ErrorType: number | null;
  /** The text, in the host's language or the one asked for; an HRESULT often stands in it as `(0x8009030E)`. */
  readonly Message: string | null;
  /** What the message is about; for a failed migration the machine's name, its GUID and the source host. */
  readonly MessageArguments: readonly string[] | null;
  /** The event number of the Hyper-V service, as text: `21024`. */
  readonly MessageID: string | null;
  readonly OtherErrorSourceFormat: string | null;
  readonly OtherErrorType: string | null;
  /** Who defines MessageID: `Microsoft-Windows-Hyper-V-VMMS`. */
  readonly OwningEntity: string | null;
  /** A number that `PerceivedSeverity.name()` knows. */
  readonly PerceivedSeverity: number | null;
  /** A number that `ProbableCause.name()` knows. */
  readonly ProbableCause: number | null;
  readonly ProbableCauseDescription: string | null;
  readonly RecommendedActions: readonly string[] | null;
};

/**
 * Makes an MsvmError of what a host sent: CIM-XML text, or the instance that a WS-CIM answer held.
 *
 * @throws ProtocolError - the text is no CIM-XML instance (it is in `text`), or a property has a value outside its type
 */
export function toMsvmError(sent: string | CimInstance): MsvmError {
  const text = typeof sent === 'string' ? sent : null;
  const instance = typeof sent === 'string' ? decodeCimXml(sent) : sent;
  const properties = new Map<string, CimValue>(Object.keys(MSVM_ERROR_PROPERTIES).map((name) => [name, null]));
  for (const [name, value] of Object.entries(instance)) {
    const type = TYPES.get(name);
    properties.set(name, type === undefined ? value : conform(name, value, type, text));
  }
  return createInstance({ className: classOf(instance), properties, types: MSVM_ERROR_PROPERTIES }) as unknown as MsvmError;
}

const TYPES: ReadonlyMap<string, CimType> = new Map(Object.entries(MSVM_ERROR_PROPERTIES));

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
