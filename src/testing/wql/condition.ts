import { parseInteger } from '../../cim/types.js';
import type { Token } from './lexer.js';
import { parseLike } from './like.js';
import type { Comparison, Condition, Operand, PropertyPath } from './query.js';
import type { TokenReader } from './token-reader.js';
import { WqlError } from './wql-error.js';

/** How deep parentheses and NOT may lie inside one another. */
const MAX_DEPTH = 64;

/** By the way they are written. */
const COMPARISONS: Readonly<Record<string, Comparison>> = { '=': '=', '<>': '<>', '!=': '<>', '<=': '<=', '>=': '>=', '<': '<', '>': '>' };

/**
 * Reads what follows WHERE. NOT binds more than AND, AND more than OR.
 *
 * @throws WqlError - not a condition, or nested too deeply
 */
export function readCondition(reader: TokenReader, depth = 0): Condition {
  return readList(reader, 'or', () => readList(reader, 'and', () => readTerm(reader, depth)));
}

function readList(reader: TokenReader, kind: 'and' | 'or', readItem: () => Condition): Condition {
  const first = readItem();
  const conditions = [first];
  while (reader.accept(kind.toUpperCase())) conditions.push(readItem());
  return conditions.length === 1 ? first : { kind, conditions };
}

function readTerm(reader: TokenReader, depth: number): Condition {
  if (depth > MAX_DEPTH) throw new WqlError(`more than ${MAX_DEPTH} parentheses and NOT inside one another`, reader.next.offset);
  if (reader.accept('NOT')) return { kind: 'not', condition: readTerm(reader, depth + 1) };
  if (reader.accept('(')) {
    const condition = readCondition(reader, depth + 1);
    reader.expect(')');
    return condition;
  }
  const left = readOperand(reader);
  return left.kind === 'property' ? readTest(reader, left) : readComparison(reader, left);
}

function readTest(reader: TokenReader, property: Operand & { kind: 'property' }): Condition {
  const { path } = property;
  if (reader.accept('IS')) {
    const negated = reader.accept('NOT');
    reader.expect('NULL');
    return isNull(path, negated);
  }
  if (reader.accept('ISA')) return { kind: 'isA', path, className: reader.take('string', 'the name of a class in quotes').text };
  if (!reader.accept('LIKE')) return readComparison(reader, property);
  const { text, offset } = reader.take('string', 'a pattern in quotes');
  const pattern = parseLike(text);
  if (pattern === null) throw new WqlError('a pattern with a [ that is not closed, with an empty set, or of more than 1024 characters', offset);
  return { kind: 'like', path, pattern };
}

function readComparison(reader: TokenReader, left: Operand): Condition {
  const { text, kind, offset } = reader.next;
  const comparison = kind === 'symbol' && Object.hasOwn(COMPARISONS, text) ? COMPARISONS[text] : undefined;
  if (comparison === undefined) throw reader.unexpected(left.kind === 'property' ? 'a comparison, LIKE, IS or ISA' : 'a comparison');
  reader.expect(text);
  if (reader.accept('NULL')) {
    if (left.kind === 'property' && (comparison === '=' || comparison === '<>')) return isNull(left.path, comparison === '<>');
    throw new WqlError('nothing but a property is compared with NULL, and only by IS, =, <> and !=', offset);
  }
  const right = readOperand(reader);
  if (left.kind === 'literal' && right.kind === 'literal') throw new WqlError('one side of a comparison has to be a property', offset);
  return { kind: 'compare', left, comparison, right };
}

function isNull(path: PropertyPath, negated: boolean): Condition {
  const condition: Condition = { kind: 'isNull', path };
  return negated ? { kind: 'not', condition } : condition;
}

function readOperand(reader: TokenReader): Operand {
  const { kind } = reader.next;
  if (kind === 'string') return { kind: 'literal', value: reader.take('string', 'a text').text };
  if (kind === 'number') return { kind: 'literal', value: numberOf(reader.take('number', 'a number')) };
  if (reader.accept('TRUE')) return { kind: 'literal', value: true };
  if (reader.accept('FALSE')) return { kind: 'literal', value: false };
  return { kind: 'property', path: readPropertyPath(reader) };
}

function readPropertyPath(reader: TokenReader): PropertyPath {
  const path = [reader.take('name', 'a property, a text, a number, TRUE or FALSE').text];
  while (reader.accept('.')) path.push(reader.take('name', 'the name of a property').text);
  return path;
}

function numberOf({ text, offset }: Token): bigint | number {
  const value = parseInteger(text) ?? Number(text);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new WqlError('a number too large', offset);
  return value;
}
