/** What is there at run time: metadata.ts, which `loadSchema` imports when it is asked for, and value-maps.ts. */

/** @typedef {import('./facts.mjs').Facts} Facts */

/** The value maps that are constants of their own, and the map of the facts that each holds. */
const READY_MADE = {
  CIMStatusCode: ['CIM_Error.CIMStatusCode', 'CIM_Error.CIMStatusCode'],
  EnabledState: ['CIM_EnabledLogicalElement.EnabledState', 'CIM_EnabledLogicalElement.EnabledState, of Msvm_ComputerSystem too'],
  ErrorSourceFormat: ['CIM_Error.ErrorSourceFormat', 'CIM_Error.ErrorSourceFormat'],
  ErrorType: ['CIM_Error.ErrorType', 'CIM_Error.ErrorType'],
  HealthState: ['CIM_ManagedSystemElement.HealthState', 'CIM_ManagedSystemElement.HealthState'],
  JobState: ['CIM_ConcreteJob.JobState', 'CIM_ConcreteJob.JobState; 32768 is Hyper-V\'s own'],
  MigrationType: ['Msvm_MigrationJob.MigrationType', 'Msvm_MigrationJob.MigrationType and Msvm_VirtualSystemMigrationSettingData.MigrationType'],
  OperationalStatus: ['CIM_ManagedSystemElement.OperationalStatus', 'CIM_ManagedSystemElement.OperationalStatus'],
  PerceivedSeverity: ['CIM_Error.PerceivedSeverity', 'CIM_Error.PerceivedSeverity'],
  ProbableCause: ['CIM_Error.ProbableCause', 'CIM_Error.ProbableCause'],
  ReplicationHealth: ['Msvm_ComputerSystem.ReplicationHealth', 'Msvm_ComputerSystem.ReplicationHealth'],
  ReplicationState: ['Msvm_ComputerSystem.ReplicationState', 'Msvm_ComputerSystem.ReplicationState'],
  RequestedState: ['CIM_EnabledLogicalElement.RequestedState', 'CIM_EnabledLogicalElement.RequestedState'],
  TransportType: ['Msvm_VirtualSystemMigrationSettingData.TransportType', 'Msvm_VirtualSystemMigrationSettingData.TransportType'],
};

/** @param {Facts} facts */
export function valueMapsFile(facts) {
  const consts = Object.entries(READY_MADE).map(([name, [place, where]]) => {
    const property = place.split('.');
    const { values } = facts.classes.get(property[0]).properties.get(property[1]);
    const lines = [...named(facts.valueMaps.get(values))].map(([value, text]) => `  ${quote(value)}: ${quote(text)},\n`).join('');
    return `\n/** Names of ${where}. */\nexport const ${name}: ValueMap = /* @__PURE__ */ valueMap({\n${lines}});\n`;
  });
  return `import { type ValueMap, valueMap } from '../value-map.js';\n${consts.join('')}`;
}

/** @param {Facts} facts */
export function metadataFile(facts) {
  const usable = [...facts.valueMaps].filter(([name, values]) => facts.kinds.get(name) === 'number' && named(values).length > 0);
  const indices = new Map(usable.map(([name], index) => [name, index]));
  const maps = usable.map(([, values]) => `  ${json(Object.fromEntries(named(values)))},\n`);
  const classes = [...facts.classes].map(([name, fact]) => `  ${name}: ${json(compact(fact, indices))},\n`);
  return [
    '',
    '/** What each class declares itself, as JSON; its members are written as in the facts, but for the index of a value map. */',
    `export const CLASSES: Readonly<Record<string, string>> = {\n${classes.join('')}};`,
    '',
    '/** The value maps, as JSON. */',
    `export const VALUE_MAPS: readonly string[] = [\n${maps.join('')}];`,
    '',
    '/** The namespace of a class that names none. */',
    `export const NAMESPACE = ${quote(facts.namespace)};`,
    '',
    '/** The first build of a class that names none. */',
    `export const OLDEST_BUILD = ${facts.oldest};`,
    '',
  ].join('\n');
}

/** The class as it is at run time: without what only the types say; what a reader takes for granted is left out. */
function compact({ superclass, abstract, association, namespace, since, properties, methods }, indices) {
  const members = (list) => some(Object.fromEntries([...list].map(([name, member]) => [name, words(member, indices)])));
  const method = ({ returns, implemented, parameters }) => ({
    returns: indices.get(returns),
    implemented: implemented ? undefined : false,
    parameters: members(parameters),
  });
  return {
    superclass: superclass ?? undefined,
    abstract: abstract || undefined,
    association: association || undefined,
    namespace: namespace ?? undefined,
    since: since ?? undefined,
    properties: members(properties),
    methods: some(Object.fromEntries([...methods].map(([name, fact]) => [name, method(fact)]))),
  };
}

/** The words of a member, with the index of its value map, if that names anything. */
function words({ text, values }, indices) {
  const index = indices.get(values);
  return text
    .replace(/ (?:values|since|until)=\S+/g, '')
    .concat(index === undefined ? '' : ` values=${index}`);
}

function some(object) {
  return Object.keys(object).length === 0 ? undefined : object;
}

/** The entries of a value map that have a name. */
function named(values) {
  return [...values].filter(([, name]) => name !== null);
}

function json(value) {
  return quote(JSON.stringify(value));
}

function quote(text) {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
