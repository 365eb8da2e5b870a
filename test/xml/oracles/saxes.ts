import { SaxesParser } from 'saxes';
import { addText, PREFIXES, type Reading, Refusal, textOf } from './reading.js';

/**
 * Reads a document with saxes, which shares nothing with our reader: XML 1.0 whatever version is declared (§2.8), with
 * namespaces. It takes a DOCTYPE and we take none, so one is refused here.
 *
 * @returns the root element
 * @throws Refusal - saxes reports an error, or there is a DOCTYPE
 */
export function readBySaxes(input: Uint8Array | string): Reading {
  const parser = new SaxesParser({ xmlns: true, defaultXMLVersion: '1.0', forceXMLVersion: true, position: false });
  const around: (Reading | string)[] = [];
  const open: (Reading | string)[][] = [];
  const addData = (data: string): void => addText(open.at(-1) ?? [], data);
  parser.on('error', ({ message }) => {
    throw new Refusal(message);
  });
  parser.on('doctype', () => {
    throw new Refusal('a DOCTYPE');
  });
  parser.on('opentag', (tag) => {
    const element: Reading = {
      namespace: tag.uri,
      name: tag.local,
      attributes: Object.values(tag.attributes).filter(({ name, prefix }) => name !== 'xmlns' && prefix !== 'xmlns').map(({ uri, local, value }) => [uri, local, value]),
      prefixes: PREFIXES.map((prefix) => parser.resolve(prefix) ?? (prefix === '' ? '' : null)),
      children: [],
    };
    (open.at(-1) ?? around).push(element);
    open.push(element.children);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', addData);
  parser.on('cdata', addData);
  parser.write(textOf(input)).close();
  return around[0] as Reading;
}
