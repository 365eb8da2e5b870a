import type { InstancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import { CIM_SCHEMA } from '../soap/namespaces.js';
import { parseResourceUri, resourceUri } from './resource-uri.js';

/**
 * The two ways to name a class: `windows` puts the namespace into the resource URI (MS-WSMV 2.2.5.1.1), `dmtf` names the
 * class alone and gives the namespace as a selector (DSP0227 §5, DSP0230 §6). Windows' WMI takes the first; OMI takes the second.
 */
export type Dialect = 'windows' | 'dmtf';

/** A class in its namespace, or with {@link ALL_CLASSES} the namespace itself. */
export type Scope = { readonly namespace: string; readonly className: string };

/** Stands for every class of a namespace in a resource URI: the scope of queries (MS-WSMV 2.2.5.1.1, DSP0227 §5). */
export const ALL_CLASSES = '*';

/** The selector that names the namespace (DSP0227 §5). */
const NAMESPACE_SELECTOR = '__cimnamespace';
/** All classes have a URI of their own in DMTF's scheme (DSP0227 §5). */
const DMTF_ALL_CLASSES = 'http://schemas.dmtf.org/wbem/wscim/1/*';
/** A vendor may put its own host name into DMTF's scheme (DSP0230 §6.1). */
const DMTF_URI = /^http:\/\/schemas\.[\w.-]+\/wbem\/wscim\/1\/(?:cim-schema\/2\/([^/]+)|\*)$/i;
/** The namespace of a request in DMTF's scheme that names none (MS-WSMV 2.2.5.1.1). */
const DEFAULT_NAMESPACE = 'root/cimv2';

/** The resource URI of a class: also the namespace of its instances' elements, and the beginning of its methods' actions. */
export function classUri({ namespace, className }: Scope, dialect: Dialect = 'windows'): string {
  if (dialect === 'windows') return resourceUri(namespace, className);
  return className === ALL_CLASSES ? DMTF_ALL_CLASSES : `${CIM_SCHEMA}/${className}`;
}

/** The resource URI and the selectors of an instance; of a class when it has no keys. */
export function targetOf(
  path: Scope & { readonly keys?: InstancePath['keys'] },
  dialect: Dialect = 'windows',
): { readonly resourceUri: string; readonly selectors: InstancePath['keys'] } {
  const keys = path.keys ?? {};
  const selectors = dialect === 'windows' ? keys : { [NAMESPACE_SELECTOR]: path.namespace, ...keys };
  return { resourceUri: classUri(path, dialect), selectors };
}

/**
 * The class and the keys that a resource URI and selectors name, in either dialect. `__cimnamespace`, in any letter case,
 * is no key; beside a URI that names the namespace itself it is passed over.
 *
 * @returns `null` for a resource that is not a CIM class: a shell, the configuration
 */
export function readTarget(uri: string, selectors: InstancePath['keys']): (Scope & { readonly keys: Record<string, CimValue> }) | null {
  const windows = parseResourceUri(uri);
  const dmtf = windows === null ? DMTF_URI.exec(uri.trim()) : null;
  if (windows === null && dmtf === null) return null;
  const entries = Object.entries(selectors);
  const named = entries.find(([name]) => isNamespaceSelector(name))?.[1];
  const keys = Object.fromEntries(entries.filter(([name]) => !isNamespaceSelector(name)));
  if (windows !== null) return { ...windows, keys };
  return { namespace: typeof named === 'string' ? named : DEFAULT_NAMESPACE, className: dmtf?.[1] ?? ALL_CLASSES, keys };
}

function isNamespaceSelector(name: string): boolean {
  return name.toLowerCase() === NAMESPACE_SELECTOR;
}
