import { constants, readFileSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { type Ccache, decodeCcache } from '../auth/kerberos/ccache.js';
import { type KeytabEntry, decodeKeytab } from '../auth/kerberos/keytab.js';
import { type Krb5Conf, parseKrb5Conf } from '../auth/kerberos/krb5-conf.js';
import { fromLatin1, utf8 } from '../bytes.js';
import { AuthError, UsageError } from '../errors.js';

/**
 * Reads the configuration of Kerberos: `path`, else the files of KRB5_CONFIG (a colon between them), else `/etc/krb5.conf`. Files that do not
 * exist are passed over, as MIT Kerberos does it, save the one that was asked for by name.
 *
 * @throws UsageError - a file cannot be read, or does not parse
 */
export function readKrb5Conf(path?: string): Krb5Conf {
  const names = path === undefined ? (process.env.KRB5_CONFIG ?? '/etc/krb5.conf').split(':').filter((name) => name !== '') : [path];
  // As if one file included them: then a line that is wrong is told with the name of its file.
  const files = names.map((name) => resolve(name));
  return parseKrb5Conf(files.map((file) => `include ${file}`).join('\n'), (what) =>
    'file' in what ? readConfFile(what.file, path !== undefined || !files.includes(what.file)) : readConfDirectory(what.directory),
  );
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
  const names = namesIn(directory).filter((name) => /^[\w-]+$/.test(name) || /^[^.].*\.conf$/.test(name)).sort();
  return names.flatMap((name) => readConfFile(join(directory, name), true));
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    throw new UsageError(`Cannot read the Kerberos configuration in ${directory}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Reads a credential cache: `name`, else KRB5CCNAME, else `default_ccache_name` of krb5.conf, else `/tmp/krb5cc_<uid>`.
 *
 * A cache tells who the user is and with which key the host proves itself. One that nobody named by the option or KRB5CCNAME lies where
 * anyone may create files, so it must belong to the user of this process, or to root.
 *
 * @returns `null` when the file does not exist: nobody has run kinit
 * @throws AuthError - a type that is kept by a daemon or the kernel, a file that cannot be read or is none, or one of another user
 */
export async function readCcache(name: string | undefined, conf: Krb5Conf): Promise<{ readonly name: string; readonly ccache: Ccache } | null> {
  const wanted = ccacheName(name, conf);
  const [, type = 'FILE', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9]*):)?(.*)$/s.exec(wanted) ?? [];
  if (!/^(?:FILE|DIR)$/i.test(type)) {
    throw new AuthError(`The credential cache ${wanted} is of the type ${type.toUpperCase()}, which only a native library can open: export KRB5CCNAME=FILE:/tmp/krb5cc_${userId()}; kinit`);
  }
  try {
    const path = /^DIR$/i.test(type) ? await primaryOf(rest) : rest;
    return { name: wanted, ccache: decodeCcache(await readSecretFile(path, (name ?? namedByEnvironment()) === undefined)) };
  } catch (cause) {
    if (isMissing(cause)) return null;
    const { message } = cause as Error;
    throw new AuthError(`Cannot read the credential cache ${wanted}: ${message}`, { cause });
  }
}

/** The name of the credential cache that {@link readCcache} reads. */
export function ccacheName(name: string | undefined, { defaultCcacheName }: Krb5Conf): string {
  return name ?? namedByEnvironment() ?? (defaultCcacheName === null ? `FILE:/tmp/krb5cc_${userId()}` : expand(defaultCcacheName));
}

function namedByEnvironment(): string | undefined {
  const { KRB5CCNAME } = process.env;
  return KRB5CCNAME === '' ? undefined : KRB5CCNAME;
}

/** `DIR:/path` names a collection, whose file `primary` holds the name of the cache in use; `DIR::/path/tkt` is one cache of it. */
async function primaryOf(rest: string): Promise<string> {
  if (rest.startsWith(':')) return rest.slice(1);
  const primary = await readSecretFile(join(rest, 'primary'), false).catch((error: unknown) => {
    if (isMissing(error)) return utf8('tkt');
    throw error;
  });
  const name = fromLatin1(primary).trim();
  if (!name.startsWith('tkt') || basename(name) !== name) throw new AuthError('Its file primary does not name a cache of the directory, which is called tkt and more');
  return join(rest, name);
}

/** Far above any cache or keytab. */
const LARGEST_FILE = 16 * 1024 * 1024;

/** @throws AuthError - it is no file, is too large, or belongs to another although it must be the user's own */
async function readSecretFile(path: string, mustBeOwn: boolean): Promise<Uint8Array> {
  // Opening a pipe would wait for its other end, for ever perhaps.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new AuthError('it is not a file');
    if (stats.size > LARGEST_FILE) throw new AuthError(`it has ${stats.size} bytes; ${LARGEST_FILE} are read`);
    if (mustBeOwn && isForeign(stats, userId())) {
      throw new AuthError(`others than the user ${userId()} can have put it there: run kinit, or name it in KRB5CCNAME if it is to be trusted`);
    }
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}

/** Whether somebody else than a user and root owns a file, or can write to it. */
export function isForeign({ uid, mode }: { readonly uid: number; readonly mode: number }, user: number): boolean {
  return (uid !== user && uid !== 0) || (mode & 0o022) !== 0;
}

/** Unlike `userInfo()` it does not need a name of the user, which there may not be in a container. */
function userId(): number {
  return process.geteuid?.() ?? -1;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new AuthError('default_ccache_name has %{username}, and the user of this process has no name: set KRB5CCNAME', { cause });
  }
}

/** The parameters of default_ccache_name (krb5.conf, "Parameter expansion"). */
function expand(name: string): string {
  const uid = `${userId()}`;
  const values = new Map<string, () => string>([
    ['uid', () => `${process.getuid?.() ?? -1}`],
    ['euid', () => uid],
    ['USERID', () => uid],
    ['username', userName],
    ['TEMP', tmpdir],
    ['null', () => ''],
  ]);
  return name.replace(/%\{([^}]*)\}/g, (whole, parameter: string) => values.get(parameter)?.() ?? whole);
}

/**
 * Reads a keytab file, `FILE:/path` or a path alone.
 *
 * @throws AuthError - it cannot be read or is no keytab
 */
export async function readKeytab(name: string): Promise<readonly KeytabEntry[]> {
  try {
    return decodeKeytab(await readSecretFile(name.replace(/^FILE:/i, ''), false));
  } catch (cause) {
    throw new AuthError(`Cannot read the keytab ${name}: ${(cause as Error).message}`, { cause });
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
