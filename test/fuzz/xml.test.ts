import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, utf8 } from '../../src/bytes.js';
import { ProtocolError } from '../../src/errors.js';
import { parseXml } from '../../src/xml/element.js';
import type { XmlElement } from '../../src/xml/element.js';
import { writeXml } from '../../src/xml/write.js';
import type { XmlNode } from '../../src/xml/write.js';
import { runs } from './runs.js';

const response = readFileSync(new URL('../../fixtures/xml/enumerate-response.xml', import.meta.url));
const small = utf8('<?xml version="1.0"?><p:a xmlns:p="u" b="&lt;1"><!-- c --><?pi \'?><p:d>x&#65;<![CDATA[&]]></p:d></p:a>');

const fragments = [
  '<', '>', '/', '"', "'", '=', '&', ';', ':', '!', '?', '-', ']', '[', ' ', '\r', '&amp;', '&#', '&#x', ']]>', '-->', '<!--', '<![CDATA[', '<?', '?>',
  '<!DOCTYPE a>', '</', '/>', '<a>', '</a>', 'xmlns=""', 'xmlns:p=""', ' b="1"', 'constructor', '__proto__', '\u0000', '\u1680', '\uFEFF', '\uFFFF', '<?xml?>',
];

/** Replaces `removed` bytes at a place by others: text of XML's own, or any bytes. */
const mutation = fc.record({
  at: fc.nat(),
  removed: fc.nat({ max: 6 }),
  inserted: fc.oneof(fc.constantFrom(...fragments).map(utf8), fc.uint8Array({ maxLength: 3 })),
});

test.each([
  ['a response', response, 3000],
  ['a small document with everything', small, 6000],
] as const)('%s, mutated, gives a ProtocolError, or a tree that can be written and read again', (_, document, numRuns) => {
  let trees = 0;
  let errors = 0;
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      const mutated = mutations.reduce<Uint8Array>((bytes, { at, removed, inserted }) => {
        const place = at % (bytes.length + 1);
        return concat(bytes.subarray(0, place), inserted, bytes.subarray(place + removed));
      }, document);
      const element = parsed(mutated);
      if (element instanceof ProtocolError) {
        errors++;
      } else {
        trees++;
        expect(contentOf(parseXml(writeXml(rewritten(element))))).toEqual(contentOf(element));
      }
    }),
    runs(numRuns),
  );
  expect(trees).toBeGreaterThan(50);
  expect(errors).toBeGreaterThan(50);
});

function parsed(input: Uint8Array): XmlElement | ProtocolError {
  try {
    return parseXml(input);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/** The element to write, each name with a declaration of its own. */
function rewritten(element: XmlElement): XmlNode {
  const attributes: [string, string][] = [['xmlns', element.namespace]];
  element.attributes.forEach(({ namespace, name, value }, i) => {
    if (namespace === '') attributes.push([name, value]);
    else if (namespace === 'http://www.w3.org/XML/1998/namespace') attributes.push([`xml:${name}`, value]);
    else attributes.push([`xmlns:p${i}`, namespace], [`p${i}:${name}`, value]);
  });
  return {
    name: element.name,
    attributes: Object.fromEntries(attributes),
    children: element.children.map((child) => (typeof child === 'string' ? child : rewritten(child))),
  };
}

type Content = readonly [namespace: string, name: string, attributes: XmlElement['attributes'], children: readonly (Content | string)[]];

function contentOf(element: XmlElement): Content {
  return [element.namespace, element.name, element.attributes, element.children.map((child) => (typeof child === 'string' ? child : contentOf(child)))];
}
