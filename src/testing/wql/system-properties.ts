import { type CimInstance, classOf, pathOf } from '../../cim/instance.js';
import { formatObjectPath } from '../../cim/object-path.js';
import { fold } from '../repository/fold.js';

/** `null` where an instance without a path has no answer. */
type Read = (instance: CimInstance, host: string) => string | null;

/** The system properties that queries use, by folded name (WMI SDK, "WMI System Properties"). */
const SYSTEM_PROPERTIES: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['__CLASS', (instance) => classOf(instance)],
  ['__NAMESPACE', (instance) => pathOf(instance)?.namespace.replaceAll('/', '\\') ?? null],
  ['__PATH', fullPath],
  ['__RELPATH', (instance, host) => fullPath(instance, host)?.replace(/^[^:]*:/, '') ?? null],
  ['__SERVER', (_, host) => host],
]);

/** Whether a name, in any letter case, is that of a system property that queries may use. */
export function isSystemProperty(name: string): boolean {
  return SYSTEM_PROPERTIES.has(fold(name));
}

/** The value of a system property: `__CLASS`, `__NAMESPACE`, `__PATH`, `__RELPATH`, `__SERVER`; `null` for any other name. */
export function systemProperty(instance: CimInstance, name: string, host: string): string | null {
  return SYSTEM_PROPERTIES.get(fold(name))?.(instance, host) ?? null;
}

function fullPath(instance: CimInstance, host: string): string | null {
  const path = pathOf(instance);
  return path === null ? null : formatObjectPath(path, host);
}
