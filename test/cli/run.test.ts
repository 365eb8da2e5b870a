import { Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/run.js';
import { FakeIo } from './fake-io.js';

const GUID = '6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11';
const GET_ERROR = ['get-error', GUID, '--url', 'http://127.0.0.1:9', '--username', 'ops'];
const FINGERPRINT = 'ab:'.repeat(31) + 'cd';

describe('run', () => {
  it('tells the version of the package', async () => {
    const { default: manifest } = (await import('../../package.json', { with: { type: 'json' } })) as { default: { version: string } };
    expect(await new FakeIo().run('--version')).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it.each([
    [['--help'], /get-error.*decode.*simulate.*Examples:.*Exit status:/s],
    [['get-error', '--help'], /--url.*--auth.*--username.*--password-file.*--ca.*--fingerprint.*--insecure.*--timeout.*--transport.*--json.*--all.*--exit-code/s],
    [['--help'], /vms.*vm .*preflight.*precheck.*migrate.*watch.*cancel.*jobs.*drain/s],
    [['migrate', '--help'], /--url.*--to <.*--to-url.*--type.*--storage-path.*--setting.*--deadline.*--stall.*--json.*--detach.*--intent/s],
    [['drain', '--help'], /--to-url.*--to-name.*--plan.*--exclude.*--skip-off.*--precheck/s],
    [['decode', '--help'], /\[file\]/],
    [['simulate', '--help'], /--http-port.*--https-port.*--username.*--domain.*--job-state.*--error-file.*--certificate-file.*--cbt/s],
  ])('helps: %j', async (argv, expected) => {
    const { status, stdout, stderr } = await new FakeIo().run(...argv);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(expected);
  });

  it.each<[message: RegExp, argv: readonly string[]]>([
    [/Usage: hyperv-wsman/, []],
    [/unknown command 'get-eror'/, ['get-eror']],
    [/unknown option '--password'/, [...GET_ERROR, '--password', 'secret']],
    [/unknown option '--password'/, [...GET_ERROR, "--password=secret'"]],
    [/^hyperv-wsman: unknown option '--password'\n$/, [...GET_ERROR, '--password=sec\nret=secret']],
    [/^hyperv-wsman: unknown option '--pass'word'\n$/, [...GET_ERROR, "--pass'word=secret"]],
    [/^hyperv-wsman: unknown option '-p'\n$/, [...GET_ERROR, '-psecret']],
    [/^hyperv-wsman: unknown option '-p'\n$/, [...GET_ERROR, "-p=sec'ret\nsecret"]],
    [/missing required argument 'InstanceID'/, ['get-error', '--url', 'http://hv01']],
    [/required option '--url <url>' not specified/, ['get-error', GUID]],
    [/--auth.*digest.*negotiate, kerberos, ntlm/, [...GET_ERROR, '--auth', 'digest']],
    [/--fingerprint.*64 hexadecimal digits/, [...GET_ERROR, '--fingerprint', 'abcd']],
    [/--fingerprint.*SHA-1 thumbprint/, [...GET_ERROR, '--fingerprint', 'ab'.repeat(20)]],
    [/--insecure.*cannot be used with.*--fingerprint/, [...GET_ERROR, '--insecure', '--fingerprint', FINGERPRINT]],
    [/--insecure.*cannot be used with.*--ca/, [...GET_ERROR, '--insecure', '--ca', 'ca.pem']],
    [/--fingerprint.*cannot be used with.*--ca/, [...GET_ERROR, '--ca', 'ca.pem', '--fingerprint', FINGERPRINT]],
    [/--ca, --fingerprint and --insecure are about certificates/, [...GET_ERROR, '--insecure']],
    [/--timeout.*number of seconds/, [...GET_ERROR, '--timeout', '0']],
    [/--timeout.*number of seconds/, [...GET_ERROR, '--timeout', '-1']],
    [/--timeout.*number of seconds/, [...GET_ERROR, '--timeout', '1e3']],
    [/--timeout.*number of seconds/, [...GET_ERROR, '--timeout', '2147484']],
    [/--allow-insecure.*basic, none/, [...GET_ERROR, '--allow-insecure', 'ntlm']],
    [/Basic over plain HTTP/, [...GET_ERROR, '--auth', 'basic']],
    [/plain HTTP without authentication/, ['get-error', GUID, '--url', 'http://hv01', '--auth', 'none']],
    [/--auth none takes no --username/, [...GET_ERROR, '--auth', 'none']],
    [/--auth ntlm needs --username/, ['get-error', GUID, '--url', 'http://hv01', '--auth', 'ntlm']],
    [/is not a URL/, ['get-error', GUID, '--url', 'hv01', '--username', 'ops']],
    [/"7" is not the InstanceID/, ['get-error', '7', '--url', 'http://hv01', '--username', 'ops']],
    [/No password: set HYPERV_WSMAN_PASSWORD/, GET_ERROR],
    [/Cannot read .*absent.pem/, ['get-error', GUID, '--url', 'https://hv01', '--username', 'ops', '--ca', '/absent.pem']],
    [/too many arguments/, ['decode', 'a', 'b']],
    [/--http-port.*from 0 to 65535/, ['simulate', '--http-port', '65536']],
    [/--job-state.*from 0 to 65535/, ['simulate', '--job-state', 'failed']],
    [/--cbt.*none, relaxed, strict/, ['simulate', '--cbt', 'on']],
  ])('is 2 and says why: %s', async (message, argv) => {
    const { status, stdout, stderr } = await new FakeIo().run(...argv);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('secret');
  });

  it('is 0 when the reader of the output went away', async () => {
    const stdout = new Writable({ write: (_chunk, _encoding, callback) => callback(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })) });
    const { stdin, stderr, env, signal } = new FakeIo({ stdin: '<Move_INPUT/>' });
    await expect(run(['decode'], { stdin, stdout, stderr, env, signal })).resolves.toBe(0);
  });

  it('is 74 when the output cannot be written, which is no defect', async () => {
    const stdout = new Writable({ write: (_chunk, _encoding, callback) => callback(Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' })) });
    const { stdin, stderr, env, signal } = new FakeIo({ stdin: '<Move_INPUT/>' });
    await expect(run(['decode'], { stdin, stdout, stderr, env, signal })).resolves.toBe(74);
    expect(String(stderr.read())).toBe('hyperv-wsman: cannot write the output: write ENOSPC\n');
  });

  it.each<[what: string, env: Record<string, string>, expected: RegExp]>([
    ['one line', {}, /^hyperv-wsman: internal error: x is not a function \(HYPERV_WSMAN_DEBUG=1 tells where\)\n$/],
    ['with HYPERV_WSMAN_DEBUG where it is', { HYPERV_WSMAN_DEBUG: '1' }, /^hyperv-wsman: internal error: TypeError: x is not a function\n +at .*\n/],
  ])('is 70 for what nobody expected, and says %s', async (_what, env, expected) => {
    const io = new FakeIo({ stdin: '<Move_INPUT/>', env });
    vi.spyOn(io.stdout, 'write').mockImplementation(() => {
      throw new TypeError('x is not a function');
    });
    await expect(run(['decode'], io)).resolves.toBe(70);
    expect(String(io.stderr.read())).toMatch(expected);
  });
});
