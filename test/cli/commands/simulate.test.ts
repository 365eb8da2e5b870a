import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Interruption } from '../../../src/cli/io.js';
import { SimulatedHost } from '../../../src/testing/simulated-host.js';
import { SimulatedKdc } from '../../../src/testing/simulated-kdc.js';
import { FakeIo, type Run, written } from '../fake-io.js';

const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts `simulate`, runs the get-error command that it tells to type, and interrupts it. */
async function simulateAndAsk(argv: readonly string[], { env = { HYPERV_WSMAN_PASSWORD: 'secret' }, more = [] as readonly string[], command = 0 } = {}): Promise<{
  readonly introduction: string;
  readonly simulated: Run;
  readonly asked: Run;
}> {
  const io = new FakeIo({ env });
  const running = io.run('simulate', ...argv);
  await new Promise((resolve) => io.stdout.once('readable', resolve));
  const introduction = written(io.stdout);
  const stderr = written(io.stderr);
  const password = /^HYPERV_WSMAN_PASSWORD=(.+)$/m.exec(stderr)?.[1] ?? 'secret';
  const commands = [...introduction.matchAll(/^ {2}hyperv-wsman (get-error .*)$/gm)].map((match) => match[1]!);
  const words = commands[command]!.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'));
  const asked = await new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: password } }).run(...words, ...more);
  io.interrupt(new Interruption('SIGINT'));
  const simulated = await running;
  return { introduction, simulated: { ...simulated, stderr: stderr + simulated.stderr }, asked };
}

describe('hyperv-wsman simulate', () => {
  it('runs a host with a failed migration until it is interrupted, and tells how to ask it', async () => {
    const { introduction, simulated, asked } = await simulateAndAsk([], { more: ['--json', '--all'] });
    expect(introduction).toMatch(/HTTP +http:\/\/127\.0\.0\.1:\d+\/wsman\n +HTTPS +https:\/\/127\.0\.0\.1:\d+\/wsman\n +user +Administrator\n/);
    expect(introduction).not.toContain('secret');
    expect(simulated).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(asked).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(asked.stdout)).toMatchObject({
      errors: [
        { MessageID: '21024', ErrorType: 4, OwningEntity: 'Microsoft-Windows-Hyper-V-VMMS' },
        { MessageID: '20413', Message: expect.stringContaining('(0x8009030E)') as unknown },
      ],
    });
  });

  it('makes a password when it is given none', async () => {
    const { simulated, asked } = await simulateAndAsk([], { env: {} as { HYPERV_WSMAN_PASSWORD: string } });
    expect(simulated.stderr).toMatch(/^HYPERV_WSMAN_PASSWORD=[\w-]{16}\n$/);
    expect(asked.status).toBe(0);
  });

  it('writes its certificate, and takes a user of a domain', async () => {
    const certificateFile = join(folder, 'host.pem');
    const start = vi.spyOn(SimulatedHost, 'start');
    const { introduction, asked } = await simulateAndAsk(['--certificate-file', certificateFile, '--username', 'kim', '--domain', 'EXAMPLE', '--cbt', 'strict'], { command: 1 });
    expect(introduction).toContain(`--username 'EXAMPLE\\kim' --ca '${certificateFile}'`);
    expect(asked.status).toBe(0);
    expect(start).toHaveBeenCalledWith({ httpPort: 0, httpsPort: 0, cbt: 'strict', credssp: false, users: [{ username: 'kim', domain: 'EXAMPLE', password: 'secret' }] });
  });

  it('runs a realm for it, too, and tells how to ask it with Kerberos', async () => {
    const krb5ConfFile = join(folder, 'krb5.conf');
    const { introduction, asked } = await simulateAndAsk(['--realm', 'EXAMPLE.TEST', '--krb5-conf-file', krb5ConfFile], { command: 1 });
    expect(introduction).toContain(`--url http://localhost:`);
    expect(introduction).toContain(`--auth kerberos --username 'Administrator@EXAMPLE.TEST' --krb5-config '${krb5ConfFile}'`);
    expect(asked).toMatchObject({ status: 0, stderr: '' });
    expect(asked.stdout).toContain('21024');
  });

  it('takes the tickets of a realm of your own', async () => {
    const [keytab, krb5ConfFile] = [join(folder, 'host.keytab'), join(folder, 'own.conf')];
    await using kdc = await SimulatedKdc.start({ realm: 'OWN.TEST', users: [{ username: 'kim', password: 'secret' }], services: ['HTTP/hv01.own.test'] });
    writeFileSync(keytab, kdc.keytab);
    writeFileSync(krb5ConfFile, kdc.krb5Conf);
    const more = ['--auth', 'kerberos', '--username', 'kim@OWN.TEST', '--spn', 'HTTP/hv01.own.test', '--krb5-config', krb5ConfFile];
    const { asked } = await simulateAndAsk(['--keytab', keytab], { more });
    expect(asked).toMatchObject({ status: 0, stderr: '' });
    expect(kdc.requests.map(({ type, error }) => [type, error])).toEqual([['AS', 25], ['AS', null], ['TGS', null]]);
  });

  it('takes CredSSP when told', async () => {
    const { asked } = await simulateAndAsk(['--credssp'], { more: ['--auth', 'credssp', '--allow-ntlm'] });
    expect(asked.status).toBe(0);
  });

  it('has no error for a job that runs', async () => {
    const { asked } = await simulateAndAsk(['--job-state', '4']);
    expect(asked).toEqual({ status: 0, stdout: 'no error\n', stderr: '' });
  });

  it('serves texts as they are', async () => {
    const files = ['first', 'second'].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, `<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message" TYPE="string"><VALUE>${file.slice(-5)}</VALUE></PROPERTY></INSTANCE>`);
    const { asked } = await simulateAndAsk(['--error-file', ...files], { more: ['--all'] });
    expect(asked.stdout).toBe('first\n\necond\n');
  });

  it('runs several hosts that move machines among themselves', async () => {
    const io = new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: 'secret' } });
    const running = io.run('simulate', '--hosts', '2', '--username', 'kim');
    await new Promise((resolve) => io.stdout.once('readable', resolve));
    const introduction = written(io.stdout);
    expect(introduction).toMatch(/^2 simulated .*\n +hv01 +http:\/\/127\.0\.0\.1:\d+\/wsman\n +hv02 +http:\/\/127\.0\.0\.1:\d+\/wsman\n +user +kim\n/);
    expect(introduction).toMatch(/ migrate web01 --to-url http:\/\/\S+ --url http:\/\/\S+ --auth ntlm --username 'kim'$/m);
    const [, url = ''] = /vms --url (\S+) --auth ntlm --username 'kim'$/m.exec(introduction) ?? [];
    const asked = await new FakeIo({ env: io.env }).run('vms', '--url', url, '--auth', 'ntlm', '--username', 'kim', '--json');
    expect(asked.stdout.trim().split('\n').map((line) => (JSON.parse(line) as { name: string }).name)).toEqual(['web01', 'db01']);
    io.interrupt(new Interruption('SIGINT'));
    expect(await running).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it.each<[status: number, message: RegExp, argv: readonly string[]]>([
    [2, /Cannot read .*absent/, ['--error-file', join(folder, 'absent')]],
    [2, /--krb5-conf-file needs --realm/, ['--krb5-conf-file', 'x']],
    [2, /Cannot write .*krb5.conf: ENOENT/, ['--realm', 'EXAMPLE.TEST', '--krb5-conf-file', join(folder, 'absent', 'krb5.conf')]],
    [2, /Cannot write .*host.pem: ENOENT/, ['--certificate-file', join(folder, 'absent', 'host.pem')]],
    [2, /not a bare user name/, ['--username', 'EXAMPLE\\kim']],
    [2, /from 2 to 16/, ['--hosts', '1']],
    [2, /cannot be used with/, ['--hosts', '2', '--job-state', '4']],
    [2, /cannot be used with/, ['--keytab', 'x', '--realm', 'EXAMPLE.TEST']],
  ])('exits with %i: %s', async (status, message, argv) => {
    const run = await new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: 'secret' } }).run('simulate', ...argv);
    expect([run.status, run.stdout]).toEqual([status, '']);
    expect(run.stderr).toMatch(message);
  });
});
