import { ProtocolError } from '../../../src/errors.js';
import { parseXml, readElement, type XmlElement } from '../../../src/xml/element.js';
import { openXml, type XmlCursor } from '../../../src/xml/parse.js';
import { readByFastXmlParser } from './fast-xml-parser.js';
import type { Random } from './random.js';
import { PREFIXES, type Reading, Refusal, textOf } from './reading.js';
import { readBySaxes } from './saxes.js';
import { knownDifferences } from './saxes-differences.js';

/** Whether our reader accepts a document, and where it is not of one mind with the oracles. */
export type Comparison = {
  readonly isAccepted: boolean;
  /** One entry for each disagreement that is not a known difference. */
  readonly disagreements: readonly string[];
  /** Names of the known differences that this document has with saxes. */
  readonly differences: readonly string[];
};

/** Name characters of the fifth edition that it cuts a name in two at. The first character may be a byte order mark. */
const WHITE_SPACE_TO_FAST_XML_PARSER = /[\u1680\uFEFF]/;

/**
 * Reads a document with our reader, as a tree and by a cursor, and with both oracles.
 *
 * @param random - chooses how the cursor is moved
 */
export function compare(input: Uint8Array | string, random: Random): Comparison {
  const disagreements: string[] = [];
  const differences: string[] = [];
  const ours = resultOf(() => readingOf(parseXml(input)));
  const disagree = (other: string, theirs: Reading | Error): void => {
    disagreements.push(`${written(input)}\n  ours ${shown(ours)}\n  ${other} ${shown(theirs)}`);
  };
  if (ours instanceof Error) {
    if (!(ours instanceof ProtocolError) || !/line \d+, column \d+/.test(ours.message)) disagree('an error of ours', ours);
  } else {
    const walked = resultOf(() => walkDocument(openXml(input), ours, random));
    if (walked instanceof Error) disagree('the cursor', walked);
  }
  const text = resultOf(() => textOf(input));
  const isReadable = text instanceof Error || !WHITE_SPACE_TO_FAST_XML_PARSER.test(text.slice(1));
  const old = isReadable ? resultOf(() => readByFastXmlParser(input)) : ours;
  if (old instanceof Error && !(old instanceof Refusal) && old !== ours) throw old;
  if (!isSame(ours, old)) disagree('fast-xml-parser', old);
  const independent = resultOf(() => readBySaxes(input));
  if (independent instanceof Error && !(independent instanceof Refusal)) throw independent;
  if (!isSame(ours, independent)) {
    if (!(text instanceof Error)) differences.push(...knownDifferences(text, input, ours instanceof Error));
    if (differences.length === 0) disagree('saxes', independent);
  }
  return { isAccepted: !(ours instanceof Error), disagreements, differences };
}

function resultOf<T>(read: () => T): T | Error {
  try {
    return read();
  } catch (error) {
    return error as Error;
  }
}

function isSame(one: Reading | Error, other: Reading | Error): boolean {
  return one instanceof Error || other instanceof Error ? one instanceof Error && other instanceof Error : isEqual(one, other);
}

/** Of strings, arrays and plain objects; a small one, as it is asked some dozen times for each document. */
function isEqual(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const names = Object.keys(one) as (keyof typeof one)[];
  return names.length === Object.keys(other).length && names.every((name) => name in other && isEqual(one[name], other[name]));
}

function shown(result: Reading | Error): string {
  return result instanceof Error ? `${result.name}: ${result.message}` : JSON.stringify(result);
}

function written(input: Uint8Array | string): string {
  return typeof input === 'string' ? JSON.stringify(input) : `${Buffer.from(input).toString('hex')} ${JSON.stringify(new TextDecoder().decode(input))}`;
}

function readingOf(element: XmlElement): Reading {
  return {
    namespace: element.namespace,
    name: element.name,
    attributes: element.attributes.map(({ namespace, name, value }) => [namespace, name, value]),
    prefixes: PREFIXES.map((prefix) => element.resolvePrefix(prefix)),
    children: element.children.map((child) => (typeof child === 'string' ? child : readingOf(child))),
  };
}

function walkDocument(cursor: XmlCursor, root: Reading, random: Random): void {
  walk(cursor, root, random);
  for (let count = 0; count < 2; count++) {
    cursor.next();
    expectAt(cursor, ['eof', '', '', '']);
  }
}

/** Moves a cursor from an element's start to its end in one way or another, and looks at what it says on the way. */
function walk(cursor: XmlCursor, element: Reading, random: Random): void {
  const { namespace, name, attributes, children } = element;
  expectAt(cursor, ['start', namespace, name, '']);
  expectSame(cursor.attributes.map((attribute) => [attribute.namespace, attribute.name, attribute.value]), attributes);
  for (const [space, local, value] of attributes) expectSame(space === '' ? cursor.attribute(local) : cursor.attribute(local, space), value);
  expectSame(cursor.attribute('nothing'), null);
  expectSame(PREFIXES.map((prefix) => cursor.resolvePrefix(prefix)), element.prefixes);
  const { scope } = cursor;
  switch (random.below(5)) {
    case 0:
      cursor.skip();
      break;
    case 1:
      expectSame(readingOf(readElement(cursor)), element);
      break;
    default:
      if (random.chance(50)) {
        const leaf = children.length === 0 ? '' : children.length === 1 && typeof children[0] === 'string' ? children[0] : null;
        expectSame(cursor.leafText(), leaf);
        if (leaf !== null) break;
        expectAt(cursor, ['start', namespace, name, '']);
      }
      for (const child of children) {
        cursor.next();
        if (typeof child !== 'string') {
          walk(cursor, child, random);
          continue;
        }
        expectAt(cursor, ['text', '', '', child]);
        expectSame(PREFIXES.map((prefix) => cursor.resolvePrefix(prefix)), element.prefixes);
      }
      cursor.next();
  }
  expectAt(cursor, ['end', namespace, name, '']);
  expectSame(cursor.scope === scope, true);
  expectSame(PREFIXES.map((prefix) => cursor.resolvePrefix(prefix)), element.prefixes);
}

function expectAt(cursor: XmlCursor, expected: readonly [event: string, namespace: string, name: string, text: string]): void {
  expectSame([cursor.event, cursor.namespace, cursor.name, cursor.text], expected);
  if (cursor.event !== 'start') expectSame(cursor.attributes.length, 0);
}

function expectSame(actual: unknown, expected: unknown): void {
  if (!isEqual(actual, expected)) throw new Error(`${JSON.stringify(actual)} where ${JSON.stringify(expected)} should be`);
}
