/** The program of the guide "Survive restarts": killed, and run again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { DEFAULT_USER, SimulatedDataCentre } from '../src/testing/index.js';
import { makePackage } from './package/make-package.js';

/** A return value of MigrateVirtualSystemToHost, and WSAECONNREFUSED as an HRESULT. */
const ACCESS_DENIED = 32769;
const CONNECTION_REFUSED = 0x8007274d;
/** The guide's program waits for more than a minute before it calls a picture still. */
const RECONCILE = 'reconcile(intent, { destination })';
const RECONCILE_SOON = 'reconcile(intent, { destination, settleMs: 500 })';

const GUIDE = fileURLToPath(new URL('../docs/guides/survive-restarts.md', import.meta.url));

let packageFolder: string;
let program: string;
let centre: SimulatedDataCentre;
let machine: string;

beforeAll(() => {
  packageFolder = makePackage();
  program = join(packageFolder, 'migrate.mjs');
  const text = /^```ts\n(.*?)^```$/ms.exec(readFileSync(GUIDE, 'utf8'))![1]!;
  expect(text).toContain(RECONCILE);
  writeFileSync(program, text.replace(RECONCILE, RECONCILE_SOON));
}, 60_000);

afterAll(() => rmSync(packageFolder, { recursive: true }));

beforeEach(async () => {
  centre = await SimulatedDataCentre.start({ hosts: ['hv01', 'hv02'], migrationMs: 1500 });
  machine = centre.addMachine('hv01', { name: 'web01' });
});

afterEach(async () => {
  await centre.close();
  rmSync(join(packageFolder, 'web01.json'), { force: true });
});

type Run = { readonly child: ChildProcess; readonly printed: () => string; readonly ended: Promise<unknown> };

function run(): Run {
  const env = {
    SOURCE_URL: centre.host('hv01').url,
    DESTINATION_URL: centre.host('hv02').url,
    HYPERV_USER: DEFAULT_USER.username,
    HYPERV_PASSWORD: DEFAULT_USER.password,
    MACHINE: 'web01',
    RECORD: join(packageFolder, 'web01.json'),
  };
  const child = spawn(process.execPath, [program], { env });
  let printed = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return { child, printed: () => printed, ended: once(child, 'close') };
}

async function kill({ child, ended }: Run): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

async function runToItsEnd(): Promise<string> {
  const { ended, printed } = run();
  await ended;
  return printed();
}

function books(): readonly unknown[] {
  return centre.migrations.map(({ machine: moved, to, end }) => ({ moved, to, end }));
}

it('goes on with a migration that runs', async () => {
  const first = run();
  await expect.poll(first.printed, { timeout: 15_000 }).toBe('running\n');
  await kill(first);
  expect(await runToItsEnd()).toBe('running\nsucceeded\n');
  expect(books()).toEqual([{ moved: machine, to: 'hv02', end: 'completed' }]);
});

it('finds the migration whose start was not answered', async () => {
  const source = centre.host('hv01');
  source.trouble({ when: 'response', kind: 'delay', ms: 300, times: Infinity });
  const first = run();
  await expect.poll(() => source.requests.at(-1)?.method, { timeout: 15_000, interval: 10 }).toBe('MigrateVirtualSystemToHost');
  await kill(first);
  expect(await runToItsEnd()).toBe('reconciled: job\nrunning\nsucceeded\n');
  expect(books()).toEqual([{ moved: machine, to: 'hv02', end: 'completed' }]);
});

it('starts nothing again that has failed and was forgotten', async () => {
  await centre.close();
  centre = await SimulatedDataCentre.start({ hosts: ['hv01', 'hv02'], migrationMs: 1500, jobLifetimeMs: 500 });
  machine = centre.addMachine('hv01', { name: 'web01' });
  centre.failNext({ machine: 'web01', atPercent: 60, code: CONNECTION_REFUSED });
  const source = centre.host('hv01');
  source.trouble({ when: 'response', kind: 'delay', ms: 300, times: Infinity });
  const first = run();
  await expect.poll(() => source.requests.at(-1)?.method, { timeout: 15_000, interval: 10 }).toBe('MigrateVirtualSystemToHost');
  await kill(first);
  await expect.poll(books, { timeout: 10_000 }).toEqual([{ moved: machine, to: 'hv02', end: 'failed' }]);
  await expect.poll(() => source.query('SELECT * FROM Msvm_MigrationJob'), { timeout: 10_000 }).toEqual([]);
  expect(await runToItsEnd()).toContain('Error: It did not begin, or failed and its job was removed');
  expect(books()).toHaveLength(1);
});

it('leaves no file of a migration that the host refused', async () => {
  centre.failNext({ machine: 'web01', reject: ACCESS_DENIED });
  expect(await runToItsEnd()).toContain(String(ACCESS_DENIED));
  expect(existsSync(join(packageFolder, 'web01.json'))).toBe(false);
  expect(await runToItsEnd()).toBe('running\nsucceeded\n');
});
