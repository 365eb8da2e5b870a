// Packs the package, installs the tarball into an empty folder and uses it as a stranger would: from JavaScript, from
// TypeScript under module nodenext, and by its command.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-package-'));
const run = (command, args, options = {}) => execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });

try {
  const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT }));
  const stray = files.map((file) => file.path).filter((path) => !/^(dist\/|docs\/|examples\/|README\.md$|LICENSE$|CHANGELOG\.md$|package\.json$)/.test(path));
  if (stray.length > 0) throw new Error(`The tarball holds what it should not: ${stray.join(', ')}`);

  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }');
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, filename), `typescript@${devDependencies.typescript}`, `@types/node@${devDependencies['@types/node']}`]);

  const program = `
import { type MsvmError, HyperVHost } from 'hyperv-wsman';
import { DEFAULT_USER, SimulatedHost } from 'hyperv-wsman/testing';
const simulated = await SimulatedHost.start();
const { keys } = simulated.addJob({ JobState: 10, errors: [{ MessageID: '21024' }] });
const host = new HyperVHost({ url: simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER } });
const error: MsvmError | null = await host.migrationJob(keys.InstanceID).getError();
console.log(error?.MessageID);
await host.close();
await simulated.close();
`;
  const expect = (what, actual, expected) => {
    if (actual.trim() !== expected) throw new Error(`${what}: expected ${expected}, got ${actual}`);
    console.log(`ok  ${what}`);
  };
  writeFileSync(join(folder, 'javascript.js'), program.replace('type MsvmError, ', '').replace(': MsvmError | null', ''));
  expect('imported from JavaScript', run('node', ['javascript.js']), '21024');

  writeFileSync(join(folder, 'typescript.ts'), program);
  run('npx', ['tsc', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,esnext.disposable', '--types', 'node', 'typescript.ts']);
  expect('imported from TypeScript (module nodenext)', run('node', ['typescript.js']), '21024');

  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect('the command', run('npx', ['hyperv-wsman', '--version']), version);
  const text = '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="MessageID" TYPE="string"><VALUE>21024</VALUE></PROPERTY></INSTANCE>';
  const decoded = JSON.parse(run('npx', ['hyperv-wsman', 'decode'], { input: text, stdio: ['pipe', 'pipe', 'inherit'] }));
  expect('the command decodes', decoded.properties.MessageID, '21024');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
