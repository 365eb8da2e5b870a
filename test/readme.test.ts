/** The JavaScript of the README and the guides, and the examples, run as they stand: by Node, as modules of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedDataCentre, SimulatedHost } from '../src/testing/index.js';
import { makePackage } from './package/make-package.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs/guides')).map((name) => `docs/guides/${name}`)];
const USER = { domain: 'EXAMPLE', username: 'ops', password: 'Run-Book-7' };
const MIGRATION_MS = 2000;

let packageFolder: string;
/** Where the failed job is that the first block of the README asks about. */
let host: SimulatedHost;
/** Where the machine is that the guides move; new for each program. */
let centre: SimulatedDataCentre;
let machine: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  packageFolder = makePackage();
  host = await SimulatedHost.start({ users: [USER] });
}, 120_000);

afterAll(async () => {
  await host.close();
  rmSync(packageFolder, { recursive: true });
});

beforeEach(async () => {
  const { keys } = host.addJob({
    JobState: 10,
    errors: [
      { MessageID: '21024', Message: "The migration of 'web01' failed." },
      { MessageID: '20413', Message: "No credentials for 'hv02' (0x8009030E)." },
    ],
  });
  const hosts = ['hv01', 'hv02'].map((name) => ({ name, authenticationType: 'Kerberos' as const }));
  centre = await SimulatedDataCentre.start({ hosts, migrationMs: MIGRATION_MS, users: [USER] });
  machine = centre.addMachine('hv01', { name: 'web01' });
  env = {
    HYPERV_URL: host.url,
    HYPERV_JOB: keys.InstanceID,
    SOURCE_URL: centre.host('hv01').url,
    DESTINATION_URL: centre.host('hv02').url,
    DESTINATION_URLS: centre.host('hv02').url,
    MACHINE: 'web01',
    HYPERV_USER: `${USER.domain}\\${USER.username}`,
    HYPERV_PASSWORD: USER.password,
  };
});

afterEach(() => centre.close());

type Run = { readonly child: ChildProcess; readonly printed: { stdout: string; stderr: string }; readonly ended: Promise<unknown> };
type Outcome = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

function launch(code: string, variables: NodeJS.ProcessEnv, args: readonly string[]): Run {
  const file = join(packageFolder, 'snippet.mjs');
  writeFileSync(file, code);
  const child = spawn(process.execPath, [file, ...args], { cwd: packageFolder, env: variables, timeout: 15_000, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => (printed[name] += chunk.toString()));
  return { child, printed, ended: once(child, 'close') };
}

async function runModule(code: string, variables: NodeJS.ProcessEnv = env, ...args: readonly string[]): Promise<Outcome> {
  const { child, printed, ended } = launch(code, variables, args);
  await ended;
  return { status: child.exitCode, ...printed };
}

function blocksOf(page: string): string[] {
  return [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```js\n(.*?)^```$/gms)].map((match) => match[1]!);
}

function example(name: string): string {
  return readFileSync(join(ROOT, 'examples', name), 'utf8');
}

function books(): readonly unknown[] {
  return centre.migrations.map(({ machine: moved, to, end }) => ({ moved, to, end }));
}

/** What some of the programs print, by their page and number. */
const PRINTED: Readonly<Record<string, RegExp>> = {
  'README.md 0': /^21024: The migration of 'web01' failed\.\n$/,
  'README.md 1': /\nsucceeded\n$/,
  'docs/guides/drain-a-host.md 0': /^lab01 stays: It is excluded\n(?:.*\n)*(?:\w+ succeeded \n){3}something is left on hv01\n$/m,
  'docs/guides/machines.md 0': /^[0-9A-F-]{36} web01 running\n4096 ok /,
  'docs/guides/machines.md 1': /^hv01 [0-9A-F-]{36} running\n$/,
  'docs/guides/machines.md 2': /^running\n$/,
  'docs/guides/migrate.md 0': /^risk: hv01 can only act on hv02 for you if a delegation is set up.*\n(?:.*\n)*Completed 100\nsucceeded\n$/,
  'docs/guides/migrate.md 2': /\ncancelled\n$/,
  'docs/guides/migrate.md 3': /^succeeded\n$/,
  'docs/guides/migrate.md 4': /^Kerberos 2\n(?:.*\n)*10\.20\.0\.0\/24\n$/,
  'docs/guides/why-did-it-fail.md 0': /^The migration of 'web01' failed\.\n21024 .*\n20413 .*\n$/,
  'docs/guides/why-did-it-fail.md 1': /^Exception 50 % Exception\n$/,
  'docs/guides/why-did-it-fail.md 2': /\(SEC_E_NO_CREDENTIALS, 0x8009030E\)\nSEC_E_NO_CREDENTIALS authentication afterFix\n- /,
};

/** How the books then say that the machine was moved; the other programs do not move it. */
const BOOKS: Readonly<Record<string, readonly string[]>> = {
  'README.md 1': ['completed'],
  'docs/guides/migrate.md 0': ['completed'],
  'docs/guides/migrate.md 1': ['completed'],
  'docs/guides/migrate.md 2': ['cancelled'],
  'docs/guides/migrate.md 3': ['completed'],
};

describe('blocks of JavaScript', () => {
  const blocks = PAGES.flatMap((page) => blocksOf(page).map((code, index) => ({ name: `${page} ${index}`, code })));

  it.each(blocks)('$name runs to its end', async ({ name, code }) => {
    const { status, stdout, stderr } = await runModule(code);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(PRINTED[name] ?? /^/);
    expect(centre.migrations.map(({ end }) => end)).toEqual(BOOKS[name] ?? []);
  });

  it('are where they are looked for', () => {
    const names = blocks.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(PRINTED), ...Object.keys(BOOKS)]));
  });
});

describe('examples/why-did-it-fail.js', () => {
  const code = example('why-did-it-fail.js');

  it('prints every error, the cause last, and what it means', async () => {
    const { status, stdout, stderr } = await runModule(code);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [first, second, empty, summary, layer, advice] = stdout.split('\n');
    expect([first, second, empty]).toEqual(["21024  The migration of 'web01' failed.", "20413  No credentials for 'hv02' (0x8009030E).", '']);
    expect(summary).toContain('(SEC_E_NO_CREDENTIALS, 0x8009030E)');
    expect(layer).toBe('layer: authentication; try again: afterFix');
    expect(advice).toMatch(/^- .*delegation/);
  });

  it('says so when there is none', async () => {
    const { keys } = host.addJob({ JobState: 4 });
    expect(await runModule(code, { ...env, HYPERV_JOB: keys.InstanceID })).toEqual({ status: 0, stdout: 'no error: the job still runs, or did not fail\n', stderr: '' });
  });

  it('says what went wrong in one line, and fails', async () => {
    const { status, stdout, stderr } = await runModule(code, { ...env, HYPERV_PASSWORD: 'wrong' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^AUTH: HTTP 401: .*\n$/);
  });
});

describe('examples/migrate.js', () => {
  const code = example('migrate.js');

  it('moves a machine', async () => {
    expect(await runModule(code)).toMatchObject({ status: 0, stdout: 'succeeded\n' });
    expect(books()).toEqual([{ moved: machine, to: 'hv02', end: 'completed' }]);
  });

  it('says why it failed', async () => {
    centre.failNext({ code: 0x80072746, atPercent: 10 });
    const { status, stdout, stderr } = await runModule(code);
    expect({ status, stdout }).toEqual({ status: 1, stdout: 'failed\n' });
    expect(stderr).toContain('0x80072746)\n- ');
    expect(centre.whereIs(machine)).toBe('hv01');
  });

  it('starts nothing that cannot work', async () => {
    centre.failNext({ code: 0x80070534, atPercent: 0 });
    const { status, stderr } = await runModule(code);
    expect(status).toBe(1);
    expect(stderr).toMatch(/Not started: .*\(0x80070534\)/);
    expect(books()).toEqual([]);
  });

  it('leaves the migration alone when it is interrupted, and tells where it is', async () => {
    const { child, printed, ended } = launch(code, env, []);
    await expect.poll(() => printed.stderr, { timeout: 15_000, interval: 10 }).toContain('Running 0 %');
    child.kill('SIGINT');
    await ended;
    expect(child.exitCode).toBe(130);
    expect(JSON.parse(printed.stdout)).toMatchObject({ className: 'Msvm_MigrationJob', keys: { InstanceID: centre.migrations[0]?.id } });
    await expect.poll(books, { timeout: 15_000 }).toEqual([{ moved: machine, to: 'hv02', end: 'completed' }]);
  });
});

describe('examples/drain.js', () => {
  const code = example('drain.js');

  it('prints a plan, and moves nothing', async () => {
    expect(await runModule(code)).toEqual({ status: 0, stdout: 'web01 -> hv02\n', stderr: '' });
    expect(books()).toEqual([]);
  });

  it('moves what the plan says', async () => {
    expect(await runModule(code, env, '--drain')).toMatchObject({ status: 0, stdout: 'web01 -> hv02\nweb01 succeeded\n' });
    expect(books()).toEqual([{ moved: machine, to: 'hv02', end: 'completed' }]);
  });

  it('starts nothing more when it is interrupted, and waits for what runs', async () => {
    for (const name of ['web02', 'web03']) centre.addMachine('hv01', { name });
    const { child, printed, ended } = launch(code, env, ['--drain']);
    const running = (): number => new Set(printed.stderr.match(/\w+ running/g)).size;
    await expect.poll(running, { timeout: 15_000, interval: 10 }).toBe(2);
    child.kill('SIGINT');
    await ended;
    expect(child.exitCode).toBe(1);
    expect(printed.stdout.match(/^web\d\d (?:succeeded|cancelled)/gm)?.map((line) => line.split(' ')[1])).toEqual(['succeeded', 'succeeded', 'cancelled']);
    expect(centre.migrations.map(({ end }) => end)).toEqual(['completed', 'completed']);
  });
});
