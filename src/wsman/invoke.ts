import type { InstancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import { ProtocolError } from '../errors.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { type Dialect, classUri, targetOf } from './dialect.js';
import { type TypeOf, memberNamespaces, memberNodes, untyped } from './instance.js';
import { readMembers } from './instance-read.js';
import type { WsmanRequest } from './request.js';

/** Parameters by name, in or out. */
export type Parameters = Readonly<Record<string, CimValue>>;

/** What a method answered. */
export type InvokeResult = {
  /** The method's ReturnValue; what it means is the method's own affair. */
  readonly returnValue: number;
  /** The OUT parameters that were sent. Without a type, values are text and a single element of an array is a scalar. */
  readonly out: Record<string, CimValue>;
};

/**
 * The request that calls a method (DSP0230 §9, MS-WSMV 3.1.4.1.24): the action is the class's resource URI and the method,
 * the body is `<method>_INPUT`.
 */
export function invokeRequest(
  path: InstancePath,
  method: string,
  parameters: Parameters,
  typeOf: TypeOf = untyped,
  dialect: Dialect = 'windows',
): WsmanRequest {
  const uri = classUri(path, dialect);
  const members = parameterNodes(path, method, parameters, typeOf, dialect);
  return {
    action: `${uri}/${method}`,
    ...targetOf(path, dialect),
    body: xmlNode(`p:${method}_INPUT`, memberNamespaces(uri), members),
  };
}

/**
 * Reads `<method>_OUTPUT`; OMI names the element as the method is named, and puts the ReturnValue first.
 *
 * @throws ProtocolError - the body is something else, or has no ReturnValue
 */
export function readInvokeResponse(envelope: OpenEnvelope, path: InstancePath, method: string, typeOf: TypeOf = untyped): InvokeResult {
  const { body } = envelope;
  if (body.event !== 'start' || (body.name !== `${method}_OUTPUT` && body.name !== method)) {
    throw new ProtocolError(`Expected ${method}_OUTPUT, found ${body.event === 'start' ? body.name : 'an empty body'}`);
  }
  const { ReturnValue: value, ...out } = readMembers(body, `${path.className}.${method}`, typeOf);
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\s*\d+\s*$/.test(value));
  const returnValue = isNumber ? Number(value) : null;
  if (returnValue === null || !Number.isInteger(returnValue) || returnValue < 0 || returnValue > 0xffffffff) {
    throw new ProtocolError(`${method}_OUTPUT has ${value === undefined ? 'no ReturnValue' : 'a ReturnValue that is no uint32'}`);
  }
  return { returnValue, out };
}

/**
 * Reads the parameters of `<method>_INPUT` as a service does.
 *
 * @param owner - `Class.Method`, to ask `typeOf` with; without both the values are text
 */
export function readInvokeRequest(envelope: OpenEnvelope, owner: string = '', typeOf: TypeOf = untyped): Parameters {
  return envelope.body.event === 'start' ? { ...readMembers(envelope.body, owner, typeOf) } : {};
}

/** The body that answers a method: OUT parameters first, the ReturnValue last, as Windows writes it. */
export function invokeResponseBody(path: InstancePath, method: string, result: InvokeResult, typeOf: TypeOf = untyped): XmlNode {
  return xmlNode(
    `p:${method}_OUTPUT`,
    memberNamespaces(classUri(path)),
    parameterNodes(path, method, result.out, typeOf, 'windows'),
    xmlNode('p:ReturnValue', {}, String(result.returnValue)),
  );
}

function parameterNodes(path: InstancePath, method: string, parameters: Parameters, typeOf: TypeOf, dialect: Dialect): readonly XmlNode[] {
  const owner = `${path.className}.${method}`;
  return Object.entries(parameters).flatMap(([name, value]) => memberNodes(name, value, typeOf(owner, name), { typeOf, dialect }));
}
