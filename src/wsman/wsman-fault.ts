import type { FaultData } from '../errors.js';
import type { SoapFault } from '../soap/fault.js';
import { WSMAN, WSMAN_FAULT, XSI } from '../soap/namespaces.js';
import { type XmlElement, attributeOf, childOf, elementsOf, textOf } from '../xml/element.js';

/** What one layer of a fault's detail says. */
type Layer = { readonly code: number | null; readonly message: string | null; readonly machine?: string | null; readonly provider?: string | null };

/**
 * Decodes a fault with every layer that Windows puts into its detail: WSManFault and the WSManFault inside its
 * ProviderFault (MS-WSMV 2.2.4.43), the WMI status in ExtendedError, MSFT_WmiError, and OMI's OMI_Error.
 *
 * @param status - the HTTP status; 0 when there was none
 */
export function readFaultData(fault: SoapFault, status: number): FaultData {
  const details = fault.detail === null ? [] : elementsOf(fault.detail);
  const wsmanFault = details.find((element) => element.namespace === WSMAN_FAULT && element.name === 'WSManFault');
  const faultDetail = details.find((element) => element.namespace === WSMAN && element.name === 'FaultDetail');
  const outer: Layer | null = wsmanFault === undefined ? null : readWsmanFault(wsmanFault);
  const inner = [...(wsmanFault === undefined ? [] : innerLayers(wsmanFault)), ...details.flatMap(readCimError)];
  const layers = outer === null ? inner : [outer, ...inner];
  const codes = layers.map((layer) => layer.code).filter((code) => code !== null);
  const specific = codes.at(-1);
  return {
    status,
    soapCode: fault.code,
    subcode: fault.subcode,
    reason: fault.reason,
    lang: fault.lang,
    faultDetail: faultDetail === undefined ? null : textOf(faultDetail).trim(),
    wsman: outer?.code ?? null,
    provider: lastOf(layers, 'provider'),
    wmi: inner.map((layer) => layer.code).filter((code) => code !== null).findLast(isWmiStatus) ?? null,
    hresult: specific === undefined ? null : toHresult(specific),
    machine: lastOf(layers, 'machine'),
    messages: [...new Set(layers.map((layer) => layer.message).filter((message) => message !== null && message !== fault.reason))] as string[],
  };
}

/** One line that tells the most specific reason and every code there is. */
export function faultMessage(data: FaultData): string {
  const text = (data.messages.at(-1) ?? data.reason) || 'The host answered with a fault that gives no reason';
  const codes = [
    data.subcode ?? data.soapCode,
    data.hresult === null ? null : `0x${data.hresult.toString(16).toUpperCase().padStart(8, '0')}`,
  ].filter((code) => code !== null && code !== '');
  return codes.length === 0 ? text : `${text} [${codes.join(', ')}]`;
}

/**
 * Whether a fault says that the instance does not exist. A wrong class or namespace looks the same, so ask the host
 * something else before you believe it.
 */
export function isNotFound(data: FaultData): boolean {
  return data.subcode === 'DestinationUnreachable' || data.wsman === 2150858752 || data.wmi === 0x80041002;
}

function readWsmanFault(fault: XmlElement): Layer {
  const message = childOf(fault, WSMAN_FAULT, 'Message');
  return {
    code: parseCode(attributeOf(fault, 'Code')),
    machine: nonEmpty(attributeOf(fault, 'Machine')),
    message: message === null ? null : nonEmpty(textOf(message)),
  };
}

function innerLayers(fault: XmlElement): readonly Layer[] {
  const message = childOf(fault, WSMAN_FAULT, 'Message');
  const providerFault = message === null ? null : childOf(message, WSMAN_FAULT, 'ProviderFault');
  if (providerFault === null) return [];
  const provider = nonEmpty(attributeOf(providerFault, 'provider') ?? attributeOf(providerFault, 'providerId'));
  const layers: Layer[] = [{ code: null, message: nonEmpty(textOf(providerFault)), provider }];
  for (const nested of elementsOf(providerFault, WSMAN_FAULT, 'WSManFault')) {
    layers.push({ ...readWsmanFault(nested), provider }, ...innerLayers(nested));
  }
  const extended = childOf(providerFault, WSMAN_FAULT, 'ExtendedError');
  for (const status of extended === null ? [] : elementsOf(extended)) {
    layers.push({ code: parseCode(member(status, 'StatusCode')), message: member(status, 'Description'), provider: member(status, 'ProviderName') });
  }
  return layers;
}

/** MSFT_WmiError (a CIM_Error with Windows' own code beside it) and OMI_Error; anything else tells nothing. */
function readCimError(element: XmlElement): readonly Layer[] {
  if (element.name !== 'MSFT_WmiError' && element.name !== 'OMI_Error') return [];
  const hresult = /0x[0-9a-f]{1,8}/i.exec(member(element, 'MessageID') ?? '')?.[0];
  return [{ code: parseCode(member(element, 'error_Code') ?? hresult ?? null), message: member(element, 'Message') }];
}

function member(instance: XmlElement, name: string): string | null {
  const element = elementsOf(instance).find((child) => child.name === name);
  if (element === undefined || attributeOf(element, 'nil', XSI) === 'true') return null;
  return nonEmpty(textOf(element));
}

function parseCode(text: string | null): number | null {
  const code = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isInteger(code) ? code >>> 0 : null;
}

/** WBEM status codes have the facility ITF and start at 0x80041000. */
function isWmiStatus(code: number): boolean {
  return code >= 0x80041000 && code <= 0x80044fff;
}

/** A Win32 error as the HRESULT of facility WIN32; other codes are HRESULTs already. */
function toHresult(code: number): number {
  return code > 0 && code <= 0xffff ? (0x80070000 | code) >>> 0 : code;
}

function lastOf(layers: readonly Layer[], field: 'provider' | 'machine'): string | null {
  return layers.map((layer) => layer[field] ?? null).findLast((value) => value !== null) ?? null;
}

function nonEmpty(text: string | null): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
