/** A client that is not ours, pywinrm, runs commands on the simulated host. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SimulatedHost } from '../../src/testing/index.js';
import { requireParts } from './available.js';

const CLIENT = fileURLToPath(new URL('winrm_client.py', import.meta.url));
/** ntlm-auth takes MD4 from OpenSSL, which since version 3 has it in the legacy provider only. */
const OPENSSL_CONF = `
openssl_conf = all
[all]
providers = both
[both]
default = on
legacy = on
[on]
activate = 1
`;
const LONG = 'Zeile mit Umlauten: äöü € '.repeat(4000);

type Told = { readonly url: string; readonly transport: 'plaintext' | 'ssl' | 'ntlm'; readonly encryption: 'auto' | 'never' | 'always'; readonly ca: string | null; readonly username?: string; readonly password?: string };
type Result = { readonly stdout: string; readonly stderr: string; readonly status: number };

describe.skipIf(!requireParts('winrm', 'ntlm-auth'))('pywinrm against the simulated host', () => {
  let folder: string;
  let host: SimulatedHost;
  let open: SimulatedHost;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hyperv-wsman-winrm-'));
    [host, open] = await Promise.all([SimulatedHost.start(), SimulatedHost.start({ allowUnencrypted: true })]);
    for (const each of [host, open]) each.onCommand((commandLine) => (commandLine === 'long output' ? { stdout: LONG, stderr: 'Warnung', exitCode: 7 } : null));
    await writeFile(join(folder, 'openssl.cnf'), OPENSSL_CONF);
    await writeFile(join(folder, 'ca.pem'), host.certificate);
  });
  afterAll(async () => {
    await Promise.all([host.close(), open.close(), rm(folder, { recursive: true })]);
  });

  async function run(told: Told, commands: readonly (readonly [command: string, args: readonly string[]])[]): Promise<readonly Result[]> {
    const client = spawn('/usr/bin/python3', [CLIENT], { env: { PATH: process.env.PATH, OPENSSL_CONF: join(folder, 'openssl.cnf') } });
    client.stdin.end(JSON.stringify({ username: 'Administrator', password: 'Simulated-1', ...told, commands }));
    const [stdout, stderr] = await Promise.all([text(client.stdout), text(client.stderr), once(client, 'close')]);
    if (client.exitCode !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as readonly Result[];
  }

  const COMMANDS = [['hostname', []], ['echo', ['eins', 'zwei']], ['long', ['output']], ['exit', ['3']], ['frobnicate', ['/all']]] as const;
  const EXPECTED = [
    { stdout: 'SIMHOST\r\n', stderr: '', status: 0 },
    { stdout: 'eins zwei\r\n', stderr: '', status: 0 },
    { stdout: LONG, stderr: 'Warnung', status: 7 },
    { stdout: '', stderr: '', status: 3 },
    { stdout: '', stderr: expect.stringContaining("'frobnicate' is not recognized") as string, status: 1 },
  ];

  test.each<[string, () => Told, { sealed: boolean; secure: boolean }]>([
    ['Basic over HTTP, allowed', () => ({ url: open.url, transport: 'plaintext', encryption: 'never', ca: null }), { sealed: false, secure: false }],
    ['Basic over HTTPS', () => ({ url: host.httpsUrl, transport: 'ssl', encryption: 'never', ca: join(folder, 'ca.pem') }), { sealed: false, secure: true }],
    ['NTLM over HTTP, sealed', () => ({ url: host.url, transport: 'ntlm', encryption: 'always', ca: null }), { sealed: true, secure: false }],
    ['NTLM over HTTPS', () => ({ url: host.httpsUrl, transport: 'ntlm', encryption: 'never', ca: join(folder, 'ca.pem') }), { sealed: false, secure: true }],
  ])('%s', async (_name, told, expected) => {
    const target = told().url === open.url ? open : host;
    const before = target.requests.length;
    expect(await run(told(), COMMANDS)).toEqual(EXPECTED);
    const requests = target.requests.slice(before);
    expect(requests.length).toBeGreaterThan(COMMANDS.length * 3);
    expect(requests.map(({ user, sealed, secure }) => ({ user, sealed, secure }))).toEqual(requests.map(() => ({ user: 'SIMHOST\\Administrator', ...expected })));
    expect(target.openShells).toBe(0);
  });

  test('a wrong password is refused', async () => {
    await expect(run({ url: host.url, transport: 'ntlm', encryption: 'always', ca: null, password: 'wrong' }, COMMANDS)).rejects.toThrow('InvalidCredentials');
  });
});
