import { isIP } from 'node:net';
import type { Leaf } from './leaves.js';

/** Properties, elements and attributes whose value is a computer's name. */
const HOST_VALUES: ReadonlySet<string> = new Set([
  '__server', 'computername', 'csname', 'destinationhost', 'dnshostname', 'host', 'hostname', 'machine', 'machinename', 'pscomputername', 'servername',
  'systemname',
]);
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}_-]*[\\p{L}\\p{N}])?';
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'u');
const URL_HOST = /^\s*https?:\/\/([^\s/:?#"'<>\\@[\]]+)/i;
/** Those whose names begin the namespaces of XML. */
const SPECIFICATIONS = /^(?:schemas\.(?:microsoft|dmtf|xmlsoap)\.(?:com|org)|www\.w3\.org|docs\.oasis-open\.org)$/i;
/** The server of `\\HV01\share` and `\\HV01\root\cimv2`, its backslashes doubled or not; `C:\\Windows\\` has none. */
const UNC_SERVER = /(?<![\\\p{L}\p{N}_:.$%)}])\\\\(?:\\\\)?([\p{L}\p{N}][\p{L}\p{N}_.-]*)\\/gu;
const DOTTED = /(?<![\p{L}\p{N}_.-])[\p{L}\p{N}][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)+/gu;
/** DNS allows 253 characters (RFC 1035 §2.3.4). */
const MAX_LENGTH = 253;

/** The computers that a value names: by what the value is for, by a URL, by a UNC or WMI path. */
export function hostsNamedBy({ text, name, owner }: Leaf): readonly string[] {
  const whole = isHostValue(name, owner) ? [text.trim()] : [];
  const url = URL_HOST.exec(text)?.[1];
  const servers = [...text.matchAll(UNC_SERVER)].map((match) => match[1]!);
  return [...whole, ...(url === undefined || SPECIFICATIONS.test(url) ? [] : [url]), ...servers].filter(isHostName);
}

/** The computers that a value names by a DNS name in one of these domains. */
export function hostsInDomains(text: string, domains: ReadonlySet<string>): readonly string[] {
  if (domains.size === 0) return [];
  const names = [...text.matchAll(DOTTED)].map((match) => match[0]);
  return names.filter((name) => domains.has(domainOf(name)) && isHostName(name));
}

/** The part behind the first dot in lower case, when it has a dot of its own; `''` otherwise: `local` alone is a word. */
export function domainOf(name: string): string {
  const domain = name.slice(name.indexOf('.') + 1).toLowerCase();
  return name.includes('.') && domain.includes('.') ? domain : '';
}

/** `Name` of an Msvm_ComputerSystem is the host's name for the host itself, and a GUID for a virtual machine. */
function isHostValue(name: string, owner: string): boolean {
  return HOST_VALUES.has(name.toLowerCase()) || (/^name$/i.test(name) && /^msvm_computersystem$/i.test(owner));
}

/** Numbers, addresses and GUIDs are something else, and `localhost` tells nobody anything. */
function isHostName(text: string): boolean {
  return (
    text.length > 1 && text.length <= MAX_LENGTH && HOST_NAME.test(text) && /\p{L}/u.test(text) &&
    isIP(text) === 0 && !/^localhost$/i.test(text) && !/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text)
  );
}
