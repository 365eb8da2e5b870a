import type { InstancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import { ProtocolError } from '../errors.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { type TypeOf, memberNamespaces, memberNodes, readMembers, untyped } from './instance.js';
import type { WsmanRequest } from './request.js';
import { resourceUri } from './resource-uri.js';

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
export function invokeRequest(path: InstancePath, method: string, parameters: Parameters, typeOf: TypeOf = untyped): WsmanRequest {
  const uri = resourceUri(path.namespace, path.className);
  const members = Object.entries(parameters).flatMap(([name, value]) => memberNodes(name, value, typeOf(`${path.className}.${method}`, name)));
  return {
    action: `${uri}/${method}`,
    resourceUri: uri,
    selectors: path.keys,
    body: xmlNode(`p:${method}_INPUT`, memberNamespaces(uri), ...members),
  };
}

/**
 * Reads `<method>_OUTPUT`.
 *
 * @throws ProtocolError - the body is something else, or has no ReturnValue
 */
export function readInvokeResponse(envelope: OpenEnvelope, path: InstancePath, method: string, typeOf: TypeOf = untyped): InvokeResult {
  const { body } = envelope;
  if (body.event !== 'start' || body.name !== `${method}_OUTPUT`) {
    throw new ProtocolError(`Expected ${method}_OUTPUT, found ${body.event === 'start' ? body.name : 'an empty body'}`);
  }
  const members = readMembers(body, `${path.className}.${method}`, typeOf);
  const text = members.get('ReturnValue');
  members.delete('ReturnValue');
  const returnValue = typeof text === 'string' && /^\s*\d+\s*$/.test(text) ? Number(text) : null;
  if (returnValue === null || returnValue > 0xffffffff) {
    throw new ProtocolError(`${method}_OUTPUT has ${text === undefined ? 'no ReturnValue' : 'a ReturnValue that is no uint32'}`);
  }
  return { returnValue, out: Object.fromEntries(members) };
}

/** Reads the parameters of `<method>_INPUT` as a service does, untyped. */
export function readInvokeRequest(envelope: OpenEnvelope): Parameters {
  return envelope.body.event === 'start' ? Object.fromEntries(readMembers(envelope.body, envelope.body.name)) : {};
}

/** The body that answers a method: OUT parameters first, the ReturnValue last, as Windows writes it. */
export function invokeResponseBody(path: InstancePath, method: string, result: InvokeResult): XmlNode {
  const members = Object.entries(result.out).flatMap(([name, value]) => memberNodes(name, value));
  return xmlNode(
    `p:${method}_OUTPUT`,
    memberNamespaces(resourceUri(path.namespace, path.className)),
    ...members,
    xmlNode('p:ReturnValue', {}, String(result.returnValue)),
  );
}
