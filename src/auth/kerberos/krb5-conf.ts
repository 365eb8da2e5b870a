/**
 * The configuration file of MIT Kerberos, krb5.conf(5): sections with relations, and relations in braces below them. It is read as MIT
 * reads it, so that a file `kinit` takes is taken here: a comment has a line of its own, of a relation that comes twice the
 * first counts, sections of one name are one, and a `*` (final) is allowed. What this package does not use is passed over.
 */
import { UsageError } from '../../errors.js';

/** What this package uses of a krb5.conf. */
export type Krb5Conf = {
  /** `default_realm`. */
  readonly defaultRealm: string | null;
  /** `[realms]`: the `kdc` entries as they stand there, in order; see `createKdcLocator`. */
  readonly realms: ReadonlyMap<string, { readonly kdcs: readonly string[] }>;
  /** `[domain_realm]`: from a host or domain (with a dot in front), in lower case, to the realm. */
  readonly domainRealm: ReadonlyMap<string, string>;
  /** `dns_lookup_kdc`: whether DNS is asked for the KDCs of a realm that names none; true unless set. */
  readonly dnsLookupKdc: boolean;
  /** `forwardable`: whether tickets are asked for that can be handed on; false unless set. */
  readonly forwardable: boolean;
  /** `default_ccache_name`, its `%{...}` not replaced. */
  readonly defaultCcacheName: string | null;
  /** `rdns`: whether a host is called what DNS calls its address; false unless set, for DNS is not to be trusted with who the host is. */
  readonly rdns: boolean;
  /** The words of `permitted_enctypes`, else of `default_tgs_enctypes`, else of `default_tkt_enctypes`. */
  readonly permittedEtypes: readonly string[] | null;
};

/** The texts that `include` and `includedir` stand for; of a directory those whose names are letters, digits, `-` and `_` alone, or end in `.conf`, in the order of their names. */
export type Krb5Include = (what: { readonly file: string } | { readonly directory: string }) => readonly string[];

type Relation = { readonly section: readonly string[]; readonly name: string; readonly value: string; readonly where: string };

/** More than any system has; those that include one another come to it soon. */
const MOST_FILES = 200;

/**
 * Reads a krb5.conf.
 *
 * @param text - the contents of the file
 * @param include - gives the texts to include
 * @throws UsageError - a line is not what krb5.conf(5) allows; the message names it. Or there are more than 200 files
 */
export function parseKrb5Conf(text: string, include: Krb5Include): Krb5Conf {
  const relations = [...readRelations(text, 'krb5.conf', include, { files: 0 })];
  const inSection = (...names: readonly string[]): readonly Relation[] =>
    relations.filter(({ section }) => section.length === names.length && section.every((name, i) => name === names[i]));
  const libdefaults = inSection('libdefaults');
  const first = (name: string): Relation | undefined => libdefaults.find((relation) => relation.name === name);
  const flag = (name: string, unset: boolean): boolean => readBoolean(first(name), unset);
  const etypes = first('permitted_enctypes') ?? first('default_tgs_enctypes') ?? first('default_tkt_enctypes');
  const realms = new Set(relations.filter(({ section }) => section.length === 2 && section[0] === 'realms').map(({ section }) => section[1]!));
  return {
    defaultRealm: first('default_realm')?.value ?? null,
    realms: new Map(
      [...realms].map((realm) => [realm, { kdcs: inSection('realms', realm).filter(({ name }) => name === 'kdc').map(({ value }) => value) }]),
    ),
    domainRealm: new Map(inSection('domain_realm').map(({ name, value }) => [name.toLowerCase(), value] as const).reverse()),
    dnsLookupKdc: flag('dns_lookup_kdc', true),
    forwardable: flag('forwardable', false),
    defaultCcacheName: first('default_ccache_name')?.value ?? null,
    rdns: flag('rdns', false),
    permittedEtypes: etypes?.value.split(/[\s,]+/).filter((word) => word !== '') ?? null,
  };
}

/**
 * The realm of a host by `[domain_realm]`: the entry of the host itself, else that of the closest domain above it; `null` when
 * there is none.
 *
 * @param host - a full host name; its case and a dot at its end do not matter
 */
export function realmOfHost(conf: Krb5Conf, host: string): string | null {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  const candidates = labels.flatMap((_, i) => [...(i === 0 ? [] : [`.${labels.slice(i).join('.')}`]), labels.slice(i).join('.')]);
  const found = candidates.find((candidate) => conf.domainRealm.has(candidate));
  return found === undefined ? null : conf.domainRealm.get(found)!;
}

function* readRelations(text: string, source: string, include: Krb5Include, read: { files: number }): Generator<Relation> {
  if (++read.files > MOST_FILES) throw new UsageError(`${source}: more than ${MOST_FILES} files are included: do they include one another?`);
  let section: readonly string[] = [];
  let awaitsBrace = false;
  for (const [i, raw] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    const line = raw.trim();
    const where = `${source}, line ${i + 1}`;
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const [, directive, path] = /^(include|includedir)\s+(.*)$/.exec(line) ?? [];
    if (directive !== undefined) {
      if (!path!.startsWith('/')) throw new UsageError(`${where}: ${directive} needs an absolute path`);
      for (const included of include(directive === 'include' ? { file: path! } : { directory: path! })) yield* readRelations(included, path!, include, read);
    } else if (awaitsBrace) {
      if (line !== '{') throw new UsageError(`${where}: expected a { for ${section.at(-1)!}`);
      awaitsBrace = false;
    } else if (line.startsWith('[')) {
      const [, name] = /^\[([^\]]+)\]\*?$/.exec(line) ?? [];
      if (name === undefined) throw new UsageError(`${where}: a section is written [name]`);
      if (section.length > 1) throw new UsageError(`${where}: section [${name}] begins before ${section.at(-1)!} = { is closed`);
      section = [name];
    } else if (section.length === 0) {
      continue; // MIT passes over what stands before the first section.
    } else if (line.startsWith('}')) {
      if (section.length === 1) throw new UsageError(`${where}: a } that closes nothing`);
      section = section.slice(0, -1);
    } else {
      const [, name, value] = /^([^\s=*]+)\*?\s*=\s*(.*)$/.exec(line) ?? [];
      if (name === undefined) throw new UsageError(`${where}: expected name = value`);
      awaitsBrace = value === '';
      if (awaitsBrace || value === '{') section = [...section, name];
      else yield { section, name, value: unquoted(value!), where };
    }
  }
}

/** A value in quotation marks ends with the second of them; `\` keeps one from doing so. */
function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b' };
  const [, inside] = /^"((?:[^"\\]|\\.)*)/.exec(value)!;
  return inside!.replace(/\\(.)/g, (_, escaped: string) => escapes[escaped] ?? escaped);
}

function readBoolean(relation: Relation | undefined, unset: boolean): boolean {
  if (relation === undefined) return unset;
  const value = relation.value.toLowerCase();
  if (['y', 'yes', 'true', 't', '1', 'on'].includes(value)) return true;
  if (['n', 'no', 'false', 'f', 'nil', '0', 'off'].includes(value)) return false;
  throw new UsageError(`${relation.where}: ${relation.name} is neither true nor false; a comment needs a line of its own`);
}
