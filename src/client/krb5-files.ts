import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { type Ccache, decodeCcache } from '../auth/kerberos/ccache.js';
import { type KeytabEntry, decodeKeytab } from '../auth/kerberos/keytab.js';
import { type Krb5Conf, parseKrb5Conf } from '../auth/kerberos/krb5-conf.js';
import { AuthError, UsageError } from '../errors.js';

/**
 * Reads the configuration of Kerberos: `path`, else the files of KRB5_CONFIG (a colon between them), else `/etc/krb5.conf`. Files that do not
 * exist are passed over, as MIT Kerberos does it, save the one that was asked for by name.
 *
 * @throws UsageError - a file cannot be read, or does not parse
 */
export function readKrb5Conf(path?: string): Krb5Conf {
  const names = path === undefined ? (process.env.KRB5_CONFIG ?? '/etc/krb5.conf').split(':').filter((name) => name !== '') : [path];
  const texts = names.flatMap((name) => readConfFile(name, path !== undefined));
  return parseKrb5Conf(texts.join('\n'), (what) => ('file' in what ? readConfFile(what.file, true) : readConfDirectory(what.directory)));
}

function readConfFile(name: string, required: boolean): readonly string[] {
  try {
    return [readFileSync(name, 'utf8')];
  } catch (cause) {
    if (!required && isMissing(cause)) return [];
    throw new UsageError(`Cannot read the Kerberos configuration ${name}: ${(cause as Error).message}`, { cause });
  }
}

/** Of a directory those files count whose names are letters, digits, `-` and `_`, or end in `.conf` (krb5.conf, includedir). */
function readConfDirectory(directory: string): readonly string[] {
  const names = readdirSync(directory).filter((name) => /^[\w-]+$/.test(name) || /^[^.].*\.conf$/.test(name)).sort();
  return names.flatMap((name) => readConfFile(join(directory, name), true));
}

/**
 * Reads a credential cache: `name`, else KRB5CCNAME, else `default_ccache_name` of krb5.conf, else `/tmp/krb5cc_<uid>`.
 *
 * @returns `null` when the file does not exist: nobody has run kinit
 * @throws AuthError - a type that is kept by a daemon or the kernel, a file that cannot be read or is none
 */
export async function readCcache(name: string | undefined, conf: Krb5Conf): Promise<{ readonly name: string; readonly ccache: Ccache } | null> {
  const { uid } = userInfo();
  const wanted = name ?? process.env.KRB5CCNAME ?? (conf.defaultCcacheName === null ? `FILE:/tmp/krb5cc_${uid}` : expand(conf.defaultCcacheName));
  const [, type = 'FILE', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9]*):)?(.*)$/s.exec(wanted) ?? [];
  if (!/^(?:FILE|DIR)$/i.test(type)) {
    throw new AuthError(`The credential cache ${wanted} is of the type ${type.toUpperCase()}, which only a native library can open: export KRB5CCNAME=FILE:/tmp/krb5cc_${uid}; kinit`);
  }
  try {
    const path = /^DIR$/i.test(type) ? await primaryOf(rest) : rest;
    return { name: wanted, ccache: decodeCcache(new Uint8Array(await readFile(path))) };
  } catch (cause) {
    if (isMissing(cause)) return null;
    const { message } = cause as Error;
    throw new AuthError(`Cannot read the credential cache ${wanted}: ${message}`, { cause });
  }
}

/** `DIR:/path` names a collection, whose file `primary` holds the name of the cache in use; `DIR::/path/tkt` is one cache of it. */
async function primaryOf(rest: string): Promise<string> {
  if (rest.startsWith(':')) return rest.slice(1);
  const primary = await readFile(join(rest, 'primary'), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return 'tkt';
    throw error;
  });
  const path = join(rest, primary.trim());
  if (dirname(path) !== join(rest)) throw new AuthError(`Its file primary names ${primary.trim()}, which is not in the directory`);
  return path;
}

/** The parameters of default_ccache_name (krb5.conf, "Parameter expansion"). */
function expand(name: string): string {
  const { uid, username } = userInfo();
  const values: Readonly<Record<string, string>> = { uid: `${uid}`, euid: `${uid}`, USERID: `${uid}`, username, TEMP: tmpdir(), null: '' };
  return name.replace(/%\{([^}]*)\}/g, (whole, parameter: string) => values[parameter] ?? whole);
}

/**
 * Reads a keytab file, `FILE:/path` or a path alone.
 *
 * @throws AuthError - it cannot be read or is no keytab
 */
export async function readKeytab(name: string): Promise<readonly KeytabEntry[]> {
  try {
    return decodeKeytab(new Uint8Array(await readFile(name.replace(/^FILE:/i, ''))));
  } catch (cause) {
    throw new AuthError(`Cannot read the keytab ${name}: ${(cause as Error).message}`, { cause });
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
