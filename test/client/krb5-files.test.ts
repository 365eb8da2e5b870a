import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseKrb5Conf } from '../../src/auth/kerberos/krb5-conf.js';
import { isForeign, readCcache, readKeytab, readKrb5Conf } from '../../src/client/krb5-files.js';
import { UsageError } from '../../src/errors.js';
import { ccacheFile } from './ccache-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'krb5-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const confOf = (text: string) => parseKrb5Conf(text, () => []);
const EMPTY = confOf('');
const write = (name: string, contents: string | Uint8Array): string => {
  writeFileSync(join(folder, name), contents, { mode: 0o600 });
  return join(folder, name);
};
const CACHE = ccacheFile('ops@EXAMPLE.TEST', []);
const OTHER = ccacheFile('bob@EXAMPLE.TEST', []);
const userOf = async (name: string | undefined, conf = EMPTY): Promise<string | undefined> => (await readCcache(name, conf))?.ccache.primary.name.nameString[0];

describe('readKrb5Conf', () => {
  it('passes over what KRB5_CONFIG names and is not there, and reads all else', () => {
    vi.stubEnv('KRB5_CONFIG', `${folder}/none:${write('a', '[libdefaults]\ndefault_realm = A')}:/dev/null`);
    expect(readKrb5Conf().defaultRealm).toBe('A');
  });

  it.each<[string, () => string]>([
    ['the file that was asked for', () => join(folder, 'none')],
    ['an included file', () => write('a', `include ${folder}/none`)],
    ['an included directory', () => write('a', `includedir ${folder}/none`)],
    ['a directory instead of a file', () => folder],
    ['a name that no file can have', () => '\0'],
  ])('refuses %s that cannot be read', (_, path) => {
    expect(() => readKrb5Conf(path())).toThrow(UsageError);
  });

  it('reads the files of an included directory by their names', () => {
    mkdirSync(join(folder, 'd'));
    write('d/b', '[libdefaults]\ndefault_realm = B');
    write('d/a.conf', '[libdefaults]\ndefault_realm = A');
    write('d/.hidden.conf', '[libdefaults]\ndefault_realm = HIDDEN');
    write('d/a.conf~', 'nonsense = {');
    expect(readKrb5Conf(write('krb5.conf', `includedir ${folder}/d\n`)).defaultRealm).toBe('A');
  });

  it('names the file and the line that is wrong', () => {
    const file = write('broken', '[libdefaults]\nnonsense\n');
    expect(() => readKrb5Conf(file)).toThrow(`${file}, line 2`);
  });

  it('ends with files that include one another', () => {
    write('a', `include ${folder}/b\ninclude ${folder}/b\n`);
    write('b', `include ${folder}/a\ninclude ${folder}/a\n`);
    expect(() => readKrb5Conf(join(folder, 'a'))).toThrow('more than 200 files are included');
  });
});

describe('readCcache', () => {
  it.each<[string, () => string]>([
    ['a path', () => write('my cache', CACHE)],
    ['FILE:', () => `FILE:${write('my cache', CACHE)}`],
    ['DIR: without a primary', () => `DIR:${write('tkt', CACHE).replace(/\/tkt$/, '')}`],
    ['DIR: with a slash at its end', () => `DIR:${write('tkt', CACHE).replace(/tkt$/, '')}`],
    ['DIR:: and one cache', () => `DIR::${write('tktother', CACHE)}`],
  ])('reads %s', async (_, name) => {
    expect(await userOf(name())).toBe('ops');
  });

  it('goes by the primary of a directory', async () => {
    write('tkt', OTHER);
    write('tktA', CACHE);
    write('primary', 'tktA\n');
    expect(await userOf(`DIR:${folder}`)).toBe('ops');
  });

  it.each(['../cache', 'tkt/../../cache', 'tkt/x', '/etc/passwd', '.', '', 'cache'])('does not leave the directory for the primary %j', async (primary) => {
    write('cache', CACHE);
    mkdirSync(join(folder, 'd'));
    write('d/cache', CACHE);
    write('d/primary', primary);
    await expect(readCcache(`DIR:${folder}/d`, EMPTY)).rejects.toMatchObject({ code: 'AUTH', message: expect.stringContaining('does not name a cache') as string });
  });

  it('goes by the option, then KRB5CCNAME, then krb5.conf', async () => {
    const conf = confOf(`[libdefaults]\ndefault_ccache_name = FILE:${folder}/%{null}cache_%{uid}`);
    write(`cache_${process.getuid?.()}`, OTHER);
    vi.stubEnv('KRB5CCNAME', '');
    expect(await userOf(undefined, conf)).toBe('bob');
    vi.stubEnv('KRB5CCNAME', write('env', CACHE));
    expect(await userOf(undefined, conf)).toBe('ops');
    expect(await userOf(write('option', OTHER), conf)).toBe('bob');
  });

  it('is null when there is none', async () => {
    expect(await readCcache(join(folder, 'none'), EMPTY)).toBeNull();
    expect(await readCcache(`DIR:${folder}`, EMPTY)).toBeNull();
  });

  it.each(['KCM:', 'KEYRING:persistent:1000', 'MEMORY:x', 'API:x', 'kcm:1000'])('says what to do about %s', async (name) => {
    await expect(readCcache(name, EMPTY)).rejects.toMatchObject({ code: 'AUTH', message: expect.stringContaining('KRB5CCNAME=FILE:') as string });
  });

  it('does not wait for the other end of a pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(readCcache(join(folder, 'pipe'), EMPTY)).rejects.toMatchObject({ code: 'AUTH', message: expect.stringContaining('is not a file') as string });
    await expect(readKeytab(join(folder, 'pipe'))).rejects.toMatchObject({ code: 'AUTH' });
  });

  it('does not read what is far too large', async () => {
    truncateSync(write('huge', ''), 17 * 1024 * 1024);
    await expect(readCcache(join(folder, 'huge'), EMPTY)).rejects.toThrow('17825792 bytes');
  });

  it('trusts a cache that others can write to only where it was named', async () => {
    const path = write('cache', CACHE);
    chmodSync(path, 0o666);
    await expect(readCcache(undefined, confOf(`[libdefaults]\ndefault_ccache_name = ${path}`))).rejects.toMatchObject({ code: 'AUTH', message: expect.stringContaining('name it in KRB5CCNAME') as string });
    expect(await userOf(path)).toBe('ops');
    vi.stubEnv('KRB5CCNAME', path);
    expect(await userOf(undefined)).toBe('ops');
  });

  it.each([
    ['its user', 1000, 0o100600, false],
    ['its user, and others can read it', 1000, 0o100644, false],
    ['root', 0, 0o100600, false],
    ['somebody else', 1001, 0o100600, true],
    ['its user, and the group can write to it', 1000, 0o100620, true],
    ['its user, and all can write to it', 1000, 0o100602, true],
  ])('a file that belongs to %s', (_, uid, mode, foreign) => {
    expect(isForeign({ uid, mode }, 1000)).toBe(foreign);
  });
});

describe('readKeytab', () => {
  it('reads FILE: and a path, and refuses what is none', async () => {
    const path = join(folder, 'keytab');
    copyFileSync(new URL('../../fixtures/kerberos/ktutil.keytab', import.meta.url), path);
    expect(await readKeytab(`FILE:${path}`)).toEqual(await readKeytab(path));
    await expect(readKeytab(write('text', 'text'))).rejects.toMatchObject({ code: 'AUTH' });
    await expect(readKeytab(join(folder, 'none'))).rejects.toMatchObject({ code: 'AUTH' });
  });
});
