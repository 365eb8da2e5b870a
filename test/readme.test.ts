/** The JavaScript of the README and the guides, and the examples, run as they stand: by Node, as modules of their own. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedHost } from '../src/testing/index.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs/guides')).map((name) => `docs/guides/${name}`)];
const USER = { domain: 'EXAMPLE', username: 'ops', password: 'Run-Book-7' };

type Outcome = { readonly status: number; readonly stdout: string; readonly stderr: string };

let packageFolder: string;
let host: SimulatedHost;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  packageFolder = makePackage();
  host = await SimulatedHost.start({ users: [USER] });
  const { keys } = host.addJob({
    JobState: 10,
    errors: [
      { MessageID: '21024', Message: "The migration of 'web01' failed." },
      { MessageID: '20413', Message: "No credentials for 'hv02' (0x8009030E)." },
    ],
  });
  env = { HYPERV_URL: host.url, HYPERV_USER: `${USER.domain}\\${USER.username}`, HYPERV_PASSWORD: USER.password, HYPERV_JOB: keys.InstanceID };
});

afterAll(async () => {
  await host.close();
  rmSync(packageFolder, { recursive: true });
});

/** The package as it is published, built anew from the source: what is in dist/ may be older. */
function makePackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-'));
  const source = join(ROOT, 'src');
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const target = join(folder, 'dist', file.slice(source.length)).replace(/\.ts$/, '.js');
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  writeFileSync(join(folder, 'package.json'), readFileSync(join(ROOT, 'package.json')));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function runModule(code: string, variables: NodeJS.ProcessEnv = env): Promise<Outcome> {
  const file = join(packageFolder, 'snippet.mjs');
  writeFileSync(file, code);
  return new Promise((resolve) => {
    execFile(process.execPath, [file], { env: variables, timeout: 15_000 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function blocksOf(page: string): string[] {
  return [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```js\n(.*?)^```$/gms)].map((match) => match[1]!);
}

describe('blocks of JavaScript', () => {
  const blocks = PAGES.flatMap((page) => blocksOf(page).map((code, index) => ({ page, index, code })));

  it.each(blocks)('$page, block $index, runs to its end', async ({ code }) => {
    expect(await runModule(code)).toMatchObject({ status: 0, stderr: '' });
  });

  it('the README begins with why a migration failed', async () => {
    const { stdout } = await runModule(blocksOf('README.md')[0]!);
    expect(stdout).toBe("21024: The migration of 'web01' failed.\n");
  });
});

describe('examples/why-did-it-fail.js', () => {
  const code = readFileSync(join(ROOT, 'examples/why-did-it-fail.js'), 'utf8');

  it('prints every error, the cause last', async () => {
    expect(await runModule(code)).toEqual({
      status: 0,
      stdout: "21024  The migration of 'web01' failed.\n20413  No credentials for 'hv02' (0x8009030E).\n",
      stderr: '',
    });
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
