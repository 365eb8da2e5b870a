import { DEFAULT_NAMESPACE, type InstancePath, parseObjectPath } from '../../cim/object-path.js';
import { ProtocolError } from '../../errors.js';
import { fold } from '../repository/fold.js';
import { readCondition } from './condition.js';
import type { Query } from './query.js';
import { TokenReader } from './token-reader.js';
import { WqlError } from './wql-error.js';

/** What may follow the WHERE of ASSOCIATORS OF and REFERENCES OF, by folded name, and the field of the filter that it sets. */
const ASSOCIATORS_CLAUSES = { ASSOCCLASS: 'associationClass', RESULTCLASS: 'resultClass', ROLE: 'role', RESULTROLE: 'resultRole' } as const;
const REFERENCES_CLAUSES = { RESULTCLASS: 'resultClass', ROLE: 'role' } as const;
const FLAGS = { CLASSDEFSONLY: 'classDefsOnly', KEYSONLY: 'keysOnly' } as const;

/**
 * Reads a WQL query: `SELECT`, `ASSOCIATORS OF` or `REFERENCES OF`. Keywords are taken in any letter case; a backslash in
 * a text is written `\\`, a quote `\'` or `\"`.
 *
 * `= NULL` and `<> NULL` mean IS NULL and IS NOT NULL. GROUP, HAVING, `__this`, the required qualifiers and queries for
 * classes are not read.
 *
 * @param namespace - of a path in the query that names none; `root/virtualization/v2` by default
 * @throws WqlError - anything else; with the place, and what was expected there
 *
 * @example
 * ```ts
 * import { parseWql } from './parse.js';
 * parseWql("SELECT Name FROM Msvm_ComputerSystem WHERE ElementName LIKE 'web%' AND NOT EnabledState = 3");
 * ```
 */
export function parseWql(text: string, namespace: string = DEFAULT_NAMESPACE): Query {
  const reader = new TokenReader(text);
  const query = readQuery(reader, namespace);
  if (reader.next.kind !== 'end') throw reader.unexpected('the end of the query');
  return query;
}

function readQuery(reader: TokenReader, namespace: string): Query {
  if (reader.accept('SELECT')) return readSelect(reader);
  if (reader.accept('ASSOCIATORS')) {
    reader.expect('OF');
    return { kind: 'associators', path: readPath(reader, namespace), ...readClauses(reader, ASSOCIATORS_CLAUSES) };
  }
  if (!reader.accept('REFERENCES')) throw reader.unexpected('SELECT, ASSOCIATORS or REFERENCES');
  reader.expect('OF');
  return { kind: 'references', path: readPath(reader, namespace), ...readClauses(reader, REFERENCES_CLAUSES) };
}

function readSelect(reader: TokenReader): Query {
  const properties = reader.accept('*') ? null : readNames(reader);
  reader.expect('FROM');
  const className = reader.take('name', 'the name of a class').text;
  const within = reader.accept('WITHIN') ? readSeconds(reader) : null;
  const where = reader.accept('WHERE') ? readCondition(reader) : null;
  return { kind: 'select', properties, className, within, where };
}

function readNames(reader: TokenReader): readonly string[] {
  const names: string[] = [];
  do {
    const { text, offset } = reader.take('name', names.length === 0 ? '* or the name of a property' : 'the name of a property');
    if (names.some((name) => fold(name) === fold(text))) throw new WqlError(`the property ${text} is asked for twice`, offset);
    names.push(text);
  } while (reader.accept(','));
  return names;
}

function readSeconds(reader: TokenReader): number {
  const { text, offset } = reader.take('number', 'a number of seconds');
  const seconds = Number(text);
  if (!(seconds > 0 && seconds < Infinity)) throw new WqlError('the seconds of WITHIN are above 0', offset);
  return seconds;
}

function readPath(reader: TokenReader, namespace: string): InstancePath {
  const { text, offset } = reader.take('path', 'the path of an instance in braces');
  try {
    return parseObjectPath(text.trim(), namespace).path;
  } catch (error) {
    if (error instanceof ProtocolError) throw new WqlError(error.message, offset, { cause: error });
    throw error;
  }
}

type Clauses<F extends string> = { readonly filter: Readonly<Partial<Record<F, string>>>; readonly classDefsOnly: boolean; readonly keysOnly: boolean };

/** The clauses stand side by side, in any order, without AND. */
function readClauses<F extends string>(reader: TokenReader, clauses: Readonly<Record<string, F>>): Clauses<F> {
  const filter: Partial<Record<F, string>> = {};
  const flags = { classDefsOnly: false, keysOnly: false };
  if (!reader.accept('WHERE')) return { filter, ...flags };
  do {
    const { text, offset } = reader.take('name', [...Object.keys(clauses), ...Object.keys(FLAGS)].join(', '));
    const name = fold(text);
    const field = Object.hasOwn(clauses, name) ? clauses[name]! : null;
    const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name as keyof typeof FLAGS] : null;
    if (field === null && flag === null) throw new WqlError(`${text} is none of ${[...Object.keys(clauses), ...Object.keys(FLAGS)].join(', ')}`, offset);
    if (field !== null ? filter[field] !== undefined : flags[flag!]) throw new WqlError(`${text} is given twice`, offset);
    if (flag !== null) {
      flags[flag] = true;
    } else {
      reader.expect('=');
      filter[field!] = reader.take('name', 'a name').text;
    }
  } while (reader.next.kind !== 'end');
  return { filter, ...flags };
}
