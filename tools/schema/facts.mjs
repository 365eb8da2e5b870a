/**
 * The facts of facts.json, with each member's words taken apart.
 *
 * A member is one string: its type, `[]` after it for an array, then words in this order:
 * `key` · `write` (a property that may be written) · `in` `out` (a parameter) · `class=C` (the class of a reference, or of
 * the instance that a string or an object holds) · `values=M` (a map of `valueMaps`) · `since=N` `until=N` (the first and
 * last Windows build that has it, where its class has it longer). A class or method says `since` and `until` the same way.
 * `object` is an instance by value. A value map is named after the place that has it first; its keys are numbers, ranges
 * `a..b` and `a..`, `..` for all others, or texts; `null` is a value without a name. `outside` are classes that are
 * named but belong to no schema of Hyper-V.
 *
 * @typedef {{ type: string, array: boolean, key: boolean, in: boolean, out: boolean,
 *   class: string | null, values: string | null, since: number | null, until: number | null, text: string }} Member
 * @typedef {{ returns: string | null, implemented: boolean, since: number | null, until: number | null,
 *   parameters: Map<string, Member> }} Method
 * @typedef {{ superclass: string | null, abstract: boolean, association: boolean, namespace: string | null,
 *   since: number | null, until: number | null, properties: Map<string, Member>, methods: Map<string, Method> }} Class
 * @typedef {{ classes: Map<string, Class>, valueMaps: Map<string, Map<string, string | null>>,
 *   kinds: Map<string, 'number' | 'bigint' | 'string'>, namespace: string, oldest: number }} Facts
 */

/**
 * @param {string} text - the content of facts.json
 * @returns {Facts}
 */
export function readFacts(text) {
  const json = JSON.parse(text);
  const classes = mapOf(json.classes, (fact) => ({
    ...{ superclass: null, abstract: false, association: false, namespace: null, since: null, until: null },
    ...fact,
    properties: mapOf(fact.properties, member),
    methods: mapOf(fact.methods, (method) => ({
      ...{ returns: null, implemented: true, since: null, until: null },
      ...method,
      parameters: mapOf(method.parameters, member),
    })),
  }));
  const valueMaps = mapOf(json.valueMaps, (values) => mapOf(values, (name) => name));
  return { classes, valueMaps, kinds: kindsOf(classes), namespace: json.namespace, oldest: json.builds.oldest };
}

/**
 * @param {Facts} facts
 * @param {string | null} name
 * @returns {string[]} the class and its superclasses, nearest first, as far as the facts have them
 */
export function lineage(facts, name) {
  const found = name === null ? undefined : facts.classes.get(name);
  return found === undefined ? [] : [/** @type {string} */ (name), ...lineage(facts, found.superclass)];
}

/**
 * @param {string} text
 * @returns {Member}
 */
function member(text) {
  const [type, ...words] = text.split(' ');
  const valueOf = (/** @type {string} */ name) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  return {
    type: type.replace('[]', ''),
    array: type.endsWith('[]'),
    key: words.includes('key'),
    in: words.includes('in'),
    out: words.includes('out'),
    class: valueOf('class'),
    values: valueOf('values'),
    since: number(valueOf('since')),
    until: number(valueOf('until')),
    text,
  };
}

/** What the values of each map are in JavaScript: as the first member that has it. */
function kindsOf(classes) {
  const kinds = new Map([...classes.values()].flatMap(({ methods }) => [...methods.values()].map(({ returns }) => [returns, 'number'])));
  for (const { properties, methods } of classes.values()) {
    const parameters = [...methods.values()].flatMap((method) => [...method.parameters.values()]);
    for (const { type, values } of [...properties.values(), ...parameters]) {
      kinds.set(values, type === 'string' ? 'string' : type.endsWith('int64') ? 'bigint' : 'number');
    }
  }
  return kinds;
}

function mapOf(object, convert) {
  return new Map(Object.entries(object ?? {}).map(([name, value]) => [name, convert(value)]));
}

function number(text) {
  return text === null ? null : Number(text);
}
