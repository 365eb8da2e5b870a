import type { CimType, CimTypeName } from '../../src/cim/types.js';
import type { PropertyInfo, RepositoryClass, RepositorySchema } from '../../src/testing/repository/classes.js';
import { Repository } from '../../src/testing/repository.js';

export const NAMESPACE = 'root/test';

type Declared = { readonly base?: string; readonly keys?: readonly string[]; readonly association?: boolean; readonly properties: Readonly<Record<string, PropertyInfo>> };

const of = (type: CimTypeName, more: Partial<PropertyInfo> = {}): PropertyInfo => ({ type, array: false, embeddedClass: null, writable: false, ...more });

/** A schema written by hand: a base with two derived classes, an association with a derived one, and a job. */
const DECLARED: Readonly<Record<string, Declared>> = {
  T_Element: { keys: ['Name'], properties: { Name: of('string'), Caption: of('string', { writable: true }) } },
  T_System: {
    base: 'T_Element',
    properties: {
      Enabled: of('boolean', { writable: true }),
      Memory: of('uint64', { writable: true }),
      Owner: of('reference', { writable: true }),
      Settings: of('string', { embedded: true, embeddedClass: 'T_Settings', writable: true }),
      Started: of('datetime'),
      States: of('uint16', { array: true, writable: true }),
    },
  },
  T_Disk: { base: 'T_Element', properties: { Size: of('uint64') } },
  T_Settings: { properties: { Cores: of('uint16'), Limit: of('uint64') } },
  T_Port: { keys: ['Device', 'Number'], properties: { Device: of('string'), Number: of('uint32'), Speed: of('uint64') } },
  T_Link: { keys: ['Antecedent', 'Dependent'], association: true, properties: { Antecedent: of('reference'), Dependent: of('reference') } },
  T_DiskLink: { base: 'T_Link', properties: { Slot: of('uint8') } },
};

function baseOf(name: string): string | undefined {
  return DECLARED[name]?.base;
}

function classOfName(name: string): RepositoryClass {
  const declared = DECLARED[name]!;
  const base = declared.base === undefined ? null : classOfName(declared.base);
  const properties = [...(base?.properties ?? []), ...Object.entries(declared.properties)].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    name,
    namespace: NAMESPACE,
    keys: declared.keys ?? base?.keys ?? [],
    association: declared.association ?? base?.association ?? false,
    properties: new Map(properties),
  };
}

const spelled = (name: string): string | undefined => Object.keys(DECLARED).find((own) => own.toLowerCase() === name.toLowerCase());

export const SCHEMA: RepositorySchema = {
  classNames: Object.keys(DECLARED),
  classInfo: (name) => {
    const own = spelled(name);
    return own === undefined ? null : classOfName(own);
  },
  isA: (className, base) => {
    for (let name: string | undefined = spelled(className); name !== undefined; name = baseOf(name)) {
      if (name.toLowerCase() === base.toLowerCase()) return true;
    }
    return className.toLowerCase() === base.toLowerCase();
  },
};

export const uint64: CimType = { type: 'uint64', array: false };

/** A path in the namespace of the schema. */
export function path(className: string, keys: Readonly<Record<string, string | number>>): { namespace: string; className: string; keys: Readonly<Record<string, string | number>> } {
  return { namespace: NAMESPACE, className, keys };
}

/** Two systems, two disks, a port, and three links: web01 with both disks, web02 with the port. */
export function filled(): Repository {
  const repository = new Repository(SCHEMA, { host: 'NODE-B2' });
  const link = (className: string, antecedent: ReturnType<typeof path>, dependent: ReturnType<typeof path>) => ({
    className,
    properties: { Antecedent: antecedent, Dependent: dependent },
  });
  repository.seed([
    { className: 'T_System', properties: { Name: 'web01', Caption: 'Front end', Enabled: true, Memory: '18446744073709551615', States: [2, 5] } },
    { className: 'T_System', properties: { Name: 'web02', Caption: null, Enabled: false, Memory: '18446744073709551614' } },
    { className: 'T_Disk', properties: { Name: 'disk-a', Size: '1024' } },
    { className: 'T_Disk', properties: { Name: 'disk-b', Size: '2048' } },
    { className: 'T_Port', properties: { Device: 'eth', Number: 7 } },
    link('T_DiskLink', path('T_System', { Name: 'web01' }), path('T_Disk', { Name: 'disk-a' })),
    link('T_DiskLink', path('T_System', { Name: 'WEB01' }), path('T_Disk', { Name: 'disk-b' })),
    link('T_Link', path('T_System', { Name: 'web02' }), path('T_Port', { Device: 'ETH', Number: 7 })),
  ]);
  return repository;
}
