/** What is loaded before the first answer: a module costs more than half a millisecond to load, a package tens of them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedHost } from '../../src/testing/simulated-host.js';
import { DEFAULT_USER } from '../../src/testing/user-store.js';
import { makePackage } from './make-package.js';

/** What asking why one migration failed has no use for. */
const UNRELATED = /^(?:index|testing\/|schema\/generated\/(?!value-maps)|hyperv\/(?:host|diagnosis|machines|migrations|queue|wait|cancel)\b|client\/(?:enumeration|subscription|shell|kerberos)|wsman\/(?:enum|pull|subscribe|shell)|auth\/(?:credssp|kerberos)\/|transport\/(?:kdc|credssp|axios|undici))/;
const NTLM = /^auth\/(?:ntlm\/(?!user-name)|channel-binding|der\/)|^client\/context-authentication/;

type Loaded = { readonly packages: readonly string[]; readonly modules: readonly string[]; readonly stdout: string };

let folder: string;
let host: SimulatedHost;
let getError: readonly string[];

beforeAll(async () => {
  folder = makePackage();
  host = await SimulatedHost.start({ allowUnencrypted: true });
  const { keys } = host.addJob({ JobState: 10, errors: [{ MessageID: '21024', Message: 'The migration failed.' }] });
  getError = [join(folder, 'dist/cli/main.js'), 'get-error', keys.InstanceID, '--url', host.url, '--username', DEFAULT_USER.username];
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

/** Runs a program, and finds what it loaded in what V8 writes of the coverage. */
async function load(argv: readonly string[]): Promise<Loaded> {
  const coverage = mkdtempSync(join(folder, 'coverage-'));
  const env = { ...process.env, NODE_V8_COVERAGE: coverage, HYPERV_WSMAN_PASSWORD: DEFAULT_USER.password };
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: folder, env });
  const scripts = readdirSync(coverage).flatMap((file) => (JSON.parse(readFileSync(join(coverage, file), 'utf8')) as { result: { url: string }[] }).result);
  const found = (pattern: RegExp): readonly string[] => [...new Set(scripts.flatMap(({ url }) => pattern.exec(url)?.[1] ?? []))].sort();
  return { stdout, packages: found(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/), modules: found(/^file:.*\/hyperv-wsman-[^/]+\/dist\/(.+)\.js$/) };
}

describe('get-error', () => {
  it('with Basic loads what it takes to ask, and no more', async () => {
    const { packages, modules, stdout } = await load([...getError, '--auth', 'basic', '--allow-insecure', 'basic']);
    expect(stdout).toContain('The migration failed.');
    expect(packages).toEqual(['commander']);
    expect(modules.filter((module) => UNRELATED.test(module) || NTLM.test(module))).toEqual([]);
    expect(modules.filter((module) => module.startsWith('cli/commands/'))).toEqual(['cli/commands/get-error']);
    expect(modules.length).toBeLessThanOrEqual(120);
  });

  it('with NTLM loads NTLM, too, and no more', async () => {
    const { packages, modules, stdout } = await load([...getError, '--auth', 'ntlm']);
    expect(stdout).toContain('The migration failed.');
    expect(packages).toEqual(['commander']);
    expect(modules.filter((module) => UNRELATED.test(module))).toEqual([]);
    expect(modules.length).toBeLessThanOrEqual(140);
  });
});

describe('the package', () => {
  it('loads no HTTP client, no authentication and no metadata before they are used', async () => {
    const { packages, modules } = await load(['--input-type=module', '--eval', "import 'hyperv-wsman';"]);
    expect(packages).toEqual([]);
    expect(modules).toContain('index');
    expect(modules.filter((module) => /^(?:cli|testing)\/|^schema\/generated\/(?!value-maps)|^auth\/(?:credssp|kerberos|spnego)\/|-connection$/.test(module) || NTLM.test(module))).toEqual([]);
    expect(modules.length).toBeLessThanOrEqual(168);
  });

  it.each([['axios', 'axios'], ['undici', 'undici']])('loads %s for the transport of this name', async (transport, name) => {
    const { packages } = await load([...getError, '--auth', 'basic', '--allow-insecure', 'basic', '--transport', transport]);
    expect(packages).toContain(name);
  });
});
