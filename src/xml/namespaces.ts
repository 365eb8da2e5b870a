/** Namespaces in XML 1.0 (third edition): scopes of declarations, and the names they give. */

import { quote } from './characters.js';

const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** An attribute with its namespace resolved; declarations (`xmlns`, `xmlns:p`) are never among them. */
export type XmlAttribute = {
  /** Namespace URI, `''` for none: a name without a prefix is in none, whatever the default namespace (§6.2). */
  readonly namespace: string;
  /** Local name. */
  readonly name: string;
  /** The value, references replaced and white space normalised (XML 1.0 §3.3.3). */
  readonly value: string;
};

/** What an element's name and attributes mean. */
export type ExpandedNames = {
  readonly scope: NamespaceScope;
  /** Namespace URI, `''` for none. */
  readonly namespace: string;
  /** Local name. */
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
};

/** QName and value of each attribute of an element, declarations among them. */
export type RawAttributes = readonly (readonly [name: string, value: string])[];

/** Makes the error to throw for a problem: the caller knows the place. */
export type Refuse = (problem: string) => Error;

/**
 * The declarations of an element, and through `outer` those of its ancestors. A chain rather than a copied map, so that
 * a document with many declarations at every level takes no more memory than its size.
 */
export type NamespaceScope = {
  readonly outer: NamespaceScope | null;
  /** The URIs of the prefixes that the element declares, and of those that {@link resolveIn} found further out. */
  readonly known: Map<string, string>;
};

/** The scope around the root: `xml` is bound without a declaration (§3), and there is no default namespace. */
export const OUTERMOST: NamespaceScope = { outer: null, known: new Map([['', ''], ['xml', XML]]) };

/**
 * The namespace URI of a prefix, `''` for none; `null` when the prefix is not declared. The prefix `''` is the default namespace.
 *
 * A URI found further out is kept in `scope`, so that the chain is walked once for each scope and prefix, not for each name.
 */
export function resolveIn(scope: NamespaceScope, prefix: string): string | null {
  for (let at: NamespaceScope | null = scope; at !== null; at = at.outer) {
    const uri = at.known.get(prefix);
    if (uri === undefined) continue;
    if (at !== scope) scope.known.set(prefix, uri);
    return uri;
  }
  return null;
}

/**
 * Reads the declarations among an element's attributes, then resolves its name and the other attributes with them.
 *
 * @param outer - the scope of the parent
 * @param name - a QName
 * @param attributes - QName and value of each, no QName twice
 * @param refuse - makes the error to throw for what §3 (reserved prefixes), §5 (undeclared or undeclared again) or §6.3
 *   (one expanded name twice) does not allow
 */
export function expandNames(
  outer: NamespaceScope,
  name: string,
  attributes: RawAttributes,
  refuse: Refuse,
): ExpandedNames {
  const scope = declare(outer, attributes, refuse);
  const expanded = expandAttributes(scope, attributes, refuse);
  const colon = name.indexOf(':');
  return { scope, namespace: namespaceOf(scope, name, colon, refuse), name: name.slice(colon + 1), attributes: expanded };
}

/** Most elements declare nothing: they share the scope around them. */
function declare(outer: NamespaceScope, attributes: RawAttributes, refuse: Refuse): NamespaceScope {
  let known: Map<string, string> | null = null;
  for (const [name, uri] of attributes) {
    const prefix = declaredPrefix(name);
    if (prefix === null) continue;
    const problem = declarationProblem(prefix, uri);
    if (problem !== null) throw refuse(problem);
    known ??= new Map();
    known.set(prefix, uri);
  }
  return known === null ? outer : { outer, known };
}

function expandAttributes(scope: NamespaceScope, attributes: RawAttributes, refuse: Refuse): readonly XmlAttribute[] {
  const expanded: XmlAttribute[] = [];
  let prefixed = 0;
  for (const [qualified, value] of attributes) {
    const colon = qualified.indexOf(':');
    if (declaredPrefix(qualified) !== null) continue;
    if (colon >= 0) prefixed++;
    const namespace = colon < 0 ? '' : namespaceOf(scope, qualified, colon, refuse);
    expanded.push(Object.freeze({ namespace, name: qualified.slice(colon + 1), value }));
  }
  // No QName comes twice, and those without a prefix are in no namespace: it takes two with a prefix to be the same.
  if (prefixed > 1) checkDistinct(expanded, refuse);
  // The reader gives them for every tag that reads the same.
  return Object.freeze(expanded);
}

function checkDistinct(attributes: readonly XmlAttribute[], refuse: Refuse): void {
  const seen = new Set<string>();
  for (const { namespace, name } of attributes) {
    const key = `${name} ${namespace}`;
    if (seen.has(key)) throw refuse(`two attributes are both ${quote(name)} of the namespace ${quote(namespace)}`);
    seen.add(key);
  }
}

function namespaceOf(scope: NamespaceScope, qualified: string, colon: number, refuse: Refuse): string {
  const prefix = colon < 0 ? '' : qualified.slice(0, colon);
  const namespace = resolveIn(scope, prefix);
  if (namespace === null) throw refuse(`the prefix ${quote(prefix)} of ${quote(qualified)} is not declared`);
  return namespace;
}

/** The prefix that an attribute declares, `''` for the default namespace; `null` when it is no declaration. */
function declaredPrefix(name: string): string | null {
  const colon = name.indexOf(':');
  if (colon < 0) return name === 'xmlns' ? '' : null;
  return name.slice(0, colon) === 'xmlns' ? name.slice(colon + 1) : null;
}

function declarationProblem(prefix: string, uri: string): string | null {
  if (prefix === 'xmlns') return 'the prefix "xmlns" must not be declared';
  if (uri === XMLNS) return `the namespace "${XMLNS}" must not be declared`;
  if ((prefix === 'xml') !== (uri === XML)) return `the prefix "xml" and the namespace "${XML}" belong together alone`;
  if (prefix !== '' && uri === '') return `the prefix ${quote(prefix)} is declared with an empty namespace`;
  return null;
}
