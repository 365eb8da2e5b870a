import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(new URL('../..', import.meta.url).pathname);

it('needs no native module, and runs nothing when it is installed', () => {
  const listed = execFileSync('npm', ['ls', '--all', '--omit=dev', '--parseable'], { cwd: ROOT, encoding: 'utf8' });
  const dependencies = listed.trim().split('\n').filter((folder) => folder !== ROOT);
  expect(dependencies.length).toBeGreaterThan(5);
  for (const folder of dependencies) {
    const { scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts?: Record<string, string> };
    const hooks = ['preinstall', 'install', 'postinstall'].filter((name) => name in scripts);
    const native = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(?:node|gyp)$/.test(file));
    expect([folder, ...hooks, ...native]).toEqual([folder]);
  }
});
