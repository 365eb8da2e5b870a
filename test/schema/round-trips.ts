/** What goes out comes back: each codec both ways, and what of a value its wire can carry. */
import { expect } from 'vitest';
import { decodeCimXml, encodeCimXml } from '../../src/cim/cim-xml.js';
import { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { type CimInstance, classOf, isCimInstance } from '../../src/cim/instance.js';
import { type InstancePath, isInstancePath } from '../../src/cim/object-path.js';
import type { CimScalar, CimValue } from '../../src/cim/types.js';
import { type TypeOf, instanceNode } from '../../src/wsman/instance.js';
import { readInstance } from '../../src/wsman/instance-read.js';
import { type Parameters, invokeRequest, invokeResponseBody, readInvokeRequest, readInvokeResponse } from '../../src/wsman/invoke.js';
import { answered, received } from '../wsman/support.js';

/** DSP0201: CIM-XML carries every value as it is. */
export function expectCimXmlRoundTrip(instance: CimInstance, typeOf: TypeOf): void {
  expect(plain(decodeCimXml(encodeCimXml(instance, { typeOf })))).toEqual(plain(instance));
}

/** DSP0230 §7: the body of a message carries what {@link inBody} says; of an instance a null array is left out. */
export function expectBodyRoundTrip(instance: CimInstance, namespace: string, typeOf: TypeOf): void {
  const read = readInstance(answered(instanceNode(instance, namespace, { typeOf })).body, typeOf);
  const isSent = ([name]: [string, unknown]): boolean => instance[name] !== null || typeOf(classOf(instance), name)?.array !== true;
  const properties = Object.fromEntries(Object.entries(inBody(instance)).filter(isSent));
  expect(plain(read)).toEqual({ class: classOf(instance), properties });
}

/** DSP0230 §9: what a caller gives to a method, as the service reads it. */
export function expectInParametersRoundTrip(path: InstancePath, method: string, parameters: Parameters, typeOf: TypeOf): void {
  const read = readInvokeRequest(received(invokeRequest(path, method, parameters, typeOf)), `${path.className}.${method}`, typeOf);
  expect(plainMembers(read)).toEqual(inBody(parameters));
}

/** DSP0230 §9: what a service answers, as the caller reads it. */
export function expectOutParametersRoundTrip(path: InstancePath, method: string, out: Record<string, CimValue>, returnValue: number, typeOf: TypeOf): void {
  const read = readInvokeResponse(answered(invokeResponseBody(path, method, { returnValue, out }, typeOf)), path, method, typeOf);
  expect({ ...read, out: plainMembers(read.out) }).toEqual({ returnValue, out: inBody(out) });
}

/** A value as plain data in which nothing is taken for something else. */
function plain(value: CimValue): unknown {
  if (isArray(value)) return value.map(plain);
  if (value instanceof CimDateTime) return { datetime: utc(value.toCim()) };
  if (value instanceof CimInterval) return { interval: value.toCim() };
  if (isCimInstance(value)) return { class: classOf(value), properties: plainMembers(value) };
  if (isInstancePath(value)) return { namespace: value.namespace, class: value.className, keys: plainMembers(value.keys) };
  return value;
}

function plainMembers(members: Readonly<Record<string, CimValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, plain(value)]));
}

/** An offset of nothing is the same on either side of Greenwich; XML Schema writes both as Z. */
function utc(cim: string): string {
  return cim.replace(/-000$/, '+000');
}

/**
 * Members as they come out of a body. An array is its items one after another: one without items is not there, and one null
 * alone is a null. A reference is an endpoint reference, whose selectors are text. An embedded instance is CIM-XML.
 */
function inBody(members: Readonly<Record<string, CimValue>>): Record<string, unknown> {
  const isThere = ([, value]: [string, CimValue]): boolean => !(isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(members).filter(isThere).map(([name, value]) => [name, valueInBody(value)]));
}

function valueInBody(value: CimValue): unknown {
  if (isArray(value)) return value.length === 1 && value[0] === null ? null : value.map(valueInBody);
  return isInstancePath(value) ? { namespace: value.namespace, class: value.className, keys: selectorsOf(value) } : plain(value);
}

function selectorsOf({ keys }: InstancePath): Record<string, unknown> {
  return Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, selectorOf(value)]));
}

function selectorOf(value: CimValue): unknown {
  if (typeof value !== 'object') return String(value);
  return value instanceof CimDateTime || value instanceof CimInterval ? value.toCim() : valueInBody(value);
}

/** Whether a value is an array; `Array.isArray` alone does not tell the compiler so of a readonly one. */
export function isArray(value: CimValue): value is readonly (CimScalar | null)[] {
  return Array.isArray(value);
}
