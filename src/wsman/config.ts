import type { OpenEnvelope } from '../soap/envelope.js';
import { CONFIG } from '../soap/namespaces.js';
import { childOf } from '../xml/element.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { childNumber, readBody } from './body.js';
import { GET_ACTION } from './get.js';
import type { WsmanRequest } from './request.js';

/** The limits of a WinRM service (MS-WSMV 2.2.4.10, 2.2.4.36), by their own names; `null` for one that was not told. */
export type WinrmConfig = {
  /** The largest envelope, in units of 1,024 bytes. */
  readonly MaxEnvelopeSizekb: number | null;
  /** The longest OperationTimeout, in milliseconds. */
  readonly MaxTimeoutms: number | null;
  /** The most items in one page of an enumeration. */
  readonly MaxBatchItems: number | null;
  /** How long an enumeration is kept between two pages, in milliseconds. */
  readonly EnumerationTimeoutms: number | null;
};

/** The request for the service's configuration: `winrm get winrm/config`. It takes an administrator's rights. */
export function configRequest(): WsmanRequest {
  return { action: GET_ACTION, resourceUri: CONFIG, selectors: {}, body: null };
}

/**
 * Reads the limits out of the service's configuration.
 *
 * @throws ProtocolError - the body is something else, or a limit is no number
 */
export function readConfigResponse(envelope: OpenEnvelope): WinrmConfig {
  const config = readBody(envelope, CONFIG, 'Config');
  const service = childOf(config, CONFIG, 'Service');
  return {
    MaxEnvelopeSizekb: childNumber(config, CONFIG, 'MaxEnvelopeSizekb'),
    MaxTimeoutms: childNumber(config, CONFIG, 'MaxTimeoutms'),
    MaxBatchItems: childNumber(config, CONFIG, 'MaxBatchItems'),
    EnumerationTimeoutms: service === null ? null : childNumber(service, CONFIG, 'EnumerationTimeoutms'),
  };
}

/** The body that answers it, with the limits alone. */
export function configResponseBody({ EnumerationTimeoutms, ...limits }: WinrmConfig): XmlNode {
  const node = (name: string, value: number | null): readonly XmlNode[] => (value === null ? [] : [xmlNode(`cfg:${name}`, {}, String(value))]);
  return xmlNode(
    'cfg:Config',
    { 'xmlns:cfg': CONFIG },
    ...node('MaxEnvelopeSizekb', limits.MaxEnvelopeSizekb),
    ...node('MaxTimeoutms', limits.MaxTimeoutms),
    ...node('MaxBatchItems', limits.MaxBatchItems),
    xmlNode('cfg:Service', {}, ...node('EnumerationTimeoutms', EnumerationTimeoutms)),
  );
}
