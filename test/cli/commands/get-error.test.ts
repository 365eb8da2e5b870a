import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/cli/io.js';
import { SimulatedHost } from '../../../src/testing/simulated-host.js';
import { FakeIo, type Run } from '../fake-io.js';

const GENERAL = {
  CIMStatusCode: 1,
  CIMStatusCodeDescription: null,
  ErrorSource: null,
  ErrorSourceFormat: 0,
  ErrorType: 4,
  Message: "Moving 'a & <b>' failed.\nAsk 'HV07' why.",
  MessageArguments: ['a & <b>', 'HV07'],
  MessageID: '21024',
  OtherErrorSourceFormat: null,
  OtherErrorType: null,
  OwningEntity: 'Microsoft-Windows-Hyper-V-VMMS',
  PerceivedSeverity: 5,
  ProbableCause: 0,
  ProbableCauseDescription: null,
  RecommendedActions: null,
};
const SPECIFIC = { ...GENERAL, Message: 'No credentials (0x8009030E).', MessageID: '20413', MessageArguments: null, PerceivedSeverity: 99 };

const FAILED = '0A4F6C1D-93B7-4E25-8D61-F2C8B05A7E39';
const RUNNING = '1B5A7D2E-A4C8-4F36-9E72-03D9C16B8F4A';
const BROKEN = '2C6B8E3F-B5D9-4047-AF83-14EAD27C905B';
const HALF = '4E8DA051-D7FB-4269-81A5-36FC04E29B7D';
const SILENT = '5F9EB162-E80C-437A-92B6-470D15F3AC8E';
const GONE = '3D7C9F40-C6EA-4158-B094-25FBE38DA16C';

const HALF_TEXTS = [
  '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="MessageID" TYPE="string"><VALUE>21024</VALUE></PROPERTY></INSTANCE>',
  '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message\x9B',
];
const HALF_MESSAGE = /\nhyperv-wsman: 1 of 2 errors of the job did not decode: [^\n]+\n$/;

const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-'));
const certificateFile = join(folder, 'host.pem');
let host: SimulatedHost;

beforeAll(async () => {
  host = await SimulatedHost.start({ users: [{ username: 'ops', domain: 'EXAMPLE', password: 'secret' }] });
  host.addJob({ InstanceID: FAILED, JobState: 10, errors: [GENERAL, SPECIFIC] });
  host.addJob({ InstanceID: RUNNING, JobState: 4 });
  host.addJob({ InstanceID: BROKEN, JobState: 10, errorTexts: ['<INSTANCE'] });
  host.addJob({ InstanceID: HALF, JobState: 10, errorTexts: HALF_TEXTS });
  host.addJob({ InstanceID: SILENT, JobState: 10, properties: { ErrorCode: 32768, DestinationHost: 'hv09' } });
  writeFileSync(certificateFile, host.certificate);
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

type Given = { readonly id?: string; readonly url?: string; readonly io?: FakeIo };

function getError(argv: readonly string[], { id = FAILED, url = host.url, io = withPassword('secret') }: Given = {}): Promise<Run> {
  return io.run('get-error', id, '--url', url, '--username', 'EXAMPLE\\ops', ...argv);
}

function withPassword(password: string): FakeIo {
  return new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: password } });
}

function reference(id: string, url = host.url): unknown {
  return { host: new URL(url).host, namespace: 'root/virtualization/v2', className: 'Msvm_MigrationJob', keys: { InstanceID: id } };
}

function parsed({ status, stdout, stderr }: Run): unknown {
  return { status, stderr, json: JSON.parse(stdout) as unknown };
}

describe('hyperv-wsman get-error', () => {
  it.each(['axios', 'undici'])('prints exactly the error that the host has, over sealed HTTP with %s', async (transport) => {
    expect(parsed(await getError(['--json', '--transport', transport]))).toEqual({ status: 0, stderr: '', json: { job: reference(FAILED), error: GENERAL } });
  });

  it('prints null for a job that has no error', async () => {
    expect(parsed(await getError(['--json', '--exit-code'], { id: RUNNING }))).toEqual({ status: 0, stderr: '', json: { job: reference(RUNNING), error: null } });
  });

  it.each([
    [FAILED, [GENERAL, SPECIFIC]],
    [RUNNING, []],
  ])('prints all errors in their order: %s', async (id, errors) => {
    expect(parsed(await getError(['--json', '--all'], { id }))).toEqual({ status: 0, stderr: '', json: { job: reference(id), errors } });
  });

  it('prints for people', async () => {
    expect(await getError(['--all'])).toEqual({
      status: 0,
      stderr: '',
      stdout: [
        "Moving 'a & <b>' failed.",
        "Ask 'HV07' why.",
        '  MessageID          21024',
        '  OwningEntity       Microsoft-Windows-Hyper-V-VMMS',
        '  ErrorType          4 (Software Error)',
        '  PerceivedSeverity  5 (Major)',
        '  MessageArguments   a & <b>, HV07',
        '',
        'No credentials (0x8009030E).',
        '  MessageID          20413',
        '  OwningEntity       Microsoft-Windows-Hyper-V-VMMS',
        '  ErrorType          4 (Software Error)',
        '  PerceivedSeverity  99 (DMTF Reserved)',
        '',
      ].join('\n'),
    });
    expect(await getError([], { id: RUNNING })).toEqual({ status: 0, stderr: '', stdout: 'no error\n' });
  });

  it('explains all errors when it is asked to', async () => {
    const { status, stdout, stderr } = await getError(['--explain']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Moving 'a & <b>' failed\.\n.*\n\nNo credentials \(0x8009030E\)\.\n.*\n\nThe source has no credentials [^\n]+ \(SEC_E_NO_CREDENTIALS, 0x8009030E\)\n {2}layer {9}authentication\n/s);
    expect(await getError(['--explain'], { id: RUNNING })).toEqual({ status: 0, stderr: '', stdout: 'no error\n' });
  });

  it('explains them for a program', async () => {
    expect(parsed(await getError(['--explain', '--json']))).toMatchObject({ json: { job: reference(FAILED), errors: [GENERAL, SPECIFIC], diagnosis: { cause: { name: 'SEC_E_NO_CREDENTIALS' } } } });
    expect(parsed(await getError(['--explain', '--json'], { id: RUNNING }))).toMatchObject({ json: { errors: [], diagnosis: null } });
  });

  it('explains a job that failed without any error of its own', async () => {
    const { status, stdout, stderr } = await getError(['--explain', '--exit-code'], { id: SILENT });
    expect([status, stderr]).toEqual([10, '']);
    expect(stdout).toMatch(/^The host gives no reason: the job ended in state Exception with ErrorCode 32768\n\n[^\n]+ \(Failed, return value 32768\)\n/);
    expect(stdout).toMatch(/\n {2}destination {3}hv09\n/);
  });

  it('explains what decodes, and shows what does not as it was sent', async () => {
    const { status, stdout, stderr } = await getError(['--explain', '--exit-code'], { id: HALF });
    expect([status, stderr]).toEqual([10, '']);
    expect(stdout).toMatch(/^an error without a message\n {2}MessageID {10}21024\n\n<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message\uFFFD\n\n[^\n]+ \(no code\)\n.*\n {2}found {9}event 21024: /s);
    expect(parsed(await getError(['--explain', '--json'], { id: BROKEN }))).toMatchObject({ status: 0, json: { errors: [{ Message: '<INSTANCE' }], diagnosis: { cause: { message: '<INSTANCE' } } } });
  });

  it('explains with GetError where the host does not support GetErrorEx', async () => {
    const old = await SimulatedHost.start({ users: [{ username: 'ops', domain: 'EXAMPLE', password: 'secret' }] });
    try {
      old.addJob({ InstanceID: FAILED, JobState: 10, errors: [SPECIFIC] });
      old.onInvoke('Msvm_MigrationJob', 'GetErrorEx', () => ({ returnValue: 32770 }));
      expect(parsed(await getError(['--explain', '--json'], { url: old.url }))).toMatchObject({ status: 0, stderr: '', json: { errors: [SPECIFIC], diagnosis: { cause: { name: 'SEC_E_NO_CREDENTIALS' } } } });
    } finally {
      await old.close();
    }
  });

  it('exits with 10 for an error when it is asked to', async () => {
    expect((await getError(['--exit-code'])).status).toBe(10);
    expect((await getError(['--exit-code', '--all'])).status).toBe(10);
    expect((await getError(['--exit-code', '--all'], { id: RUNNING })).status).toBe(0);
  });

  it('trusts a certificate that it is given, pinned or told to accept', async () => {
    const fingerprint = createHash('sha256').update(new X509Certificate(host.certificate).raw).digest('hex');
    const colons = fingerprint.toUpperCase().replace(/..(?=.)/g, '$&:');
    for (const trust of [['--ca', certificateFile], ['--fingerprint', fingerprint], ['--fingerprint', colons], ['--insecure']]) {
      const run = await getError(['--json', ...trust], { url: host.httpsUrl });
      expect(parsed(run)).toEqual({ status: 0, stderr: '', json: { job: reference(FAILED, host.httpsUrl), error: GENERAL } });
    }
    expect((await getError(['--auth', 'basic', '--insecure'], { url: host.httpsUrl })).status).toBe(0);
  });

  it('takes the password from a file or from standard input', async () => {
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'secret\n');
    expect((await getError(['--password-file', passwordFile], { io: withPassword('not this one') })).status).toBe(0);
    expect((await getError(['--password-file', '-'], { io: new FakeIo({ stdin: 'secret\r\n' }) })).status).toBe(0);
  });

  it.each<[status: number, what: string, message: RegExp, attempt: () => Promise<Run>]>([
    [1, 'a job that is gone', /^hyperv-wsman: The host has no job 3D7C9F40-.*127\.0\.0\.1:\d+\)\n$/, () => getError([], { id: GONE })],
    [1, 'an answer that is no instance', /^hyperv-wsman: Not a CIM-XML instance: [^\n]+\n$/, () => getError([], { id: BROKEN })],
    [1, 'an answer that is no instance, of all', /^<INSTANCE\nhyperv-wsman: 1 of 1 errors of the job did not decode: [^\n]+\n$/, () => getError(['--all'], { id: BROKEN })],
    [3, 'a certificate nobody knows', /^hyperv-wsman: TLS with [^\n]+ failed[^\n]+\n$/, () => getError([], { url: host.httpsUrl })],
    [3, 'another certificate than the pinned one', /not the pinned one/, () => getError(['--fingerprint', '00'.repeat(32)], { url: host.httpsUrl })],
    [1, 'a job that is gone, and that is to be explained', /^hyperv-wsman: The host has no job 3D7C9F40-[^\n]+\n$/, () => getError(['--explain'], { id: GONE })],
    [3, 'another path', /^hyperv-wsman: HTTP 404: [^\n]+\n$/, () => getError([], { url: new URL('/other', host.url).href })],
    [4, 'a wrong password', /^hyperv-wsman: HTTP 401: [^\n]+\n$/, () => getError([], { io: withPassword('mistaken') })],
    [4, 'Basic where the host takes none', /^hyperv-wsman: HTTP 401: [^\n]+\n$/, () => getError(['--auth', 'basic', '--allow-insecure', 'basic'])],
  ])('exits with %i for %s', async (status, _what, message, attempt) => {
    const run = await attempt();
    expect([run.status, run.stdout]).toEqual([status, '']);
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toMatch(/secret|mistaken/);
  });

  it('prints those errors that decode, and on stderr what was sent', async () => {
    const run = await getError(['--all', '--exit-code'], { id: HALF });
    expect([run.status, run.stdout]).toEqual([1, 'an error without a message\n  MessageID          21024\n']);
    expect(run.stderr.startsWith(`${HALF_TEXTS[0]}\n<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message\uFFFD\n`)).toBe(true);
    expect(run.stderr).toMatch(HALF_MESSAGE);
  });

  it('prints for a program those errors that decode', async () => {
    const { status, stdout, stderr } = await getError(['--all', '--json'], { id: HALF });
    const error = { ...Object.fromEntries(Object.keys(GENERAL).map((name) => [name, null])), MessageID: '21024' };
    expect([status, JSON.parse(stdout)]).toEqual([1, { job: reference(HALF), errors: [error] }]);
    expect(stderr).toMatch(HALF_MESSAGE);
    const none = await getError(['--all', '--json'], { id: BROKEN });
    expect([none.status, JSON.parse(none.stdout)]).toEqual([1, { job: reference(BROKEN), errors: [] }]);
  });

  it('exits with 3 for a host that is out of service', async () => {
    host.trouble({ when: 'request', kind: 'status', status: 503 });
    const { status, stderr } = await getError([]);
    expect([status, stderr]).toEqual([3, expect.stringMatching(/^hyperv-wsman: HTTP 503: [^\n]+\n$/)]);
  });

  it('exits with 1 for an answer to another request', async () => {
    host.trouble({ when: 'response', kind: 'badRelatesTo' });
    expect(await getError([])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/relates to/) as unknown });
  });

  describe('with a host that never answers', () => {
    const silent = createServer();
    let url: string;
    beforeAll(async () => {
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;
    });
    afterAll(() => silent.close());

    it('exits with 3 after the time that was allowed', async () => {
      expect(await getError(['--timeout', '0.2'], { url })).toMatchObject({ status: 3, stderr: expect.stringMatching(/within 200 ms/) as unknown });
    });

    it('exits with 3 after that time when it is to explain', async () => {
      expect(await getError(['--explain', '--timeout', '0.2'], { url })).toMatchObject({ status: 3, stderr: expect.stringMatching(/within 200 ms/) as unknown });
    });

    it.each([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)('is stopped by %s with %i', async (name, status) => {
      const io = withPassword('secret');
      silent.once('connection', () => io.interrupt(new Interruption(name)));
      expect(await getError([], { url, io })).toEqual({ status, stdout: '', stderr: `hyperv-wsman: interrupted by ${name}\n` });
    });
  });

  it('exits with 3 for a port where nobody listens', async () => {
    const closed = await SimulatedHost.start();
    await closed.close();
    expect(await getError([], { url: closed.url })).toMatchObject({ status: 3, stdout: '', stderr: expect.stringMatching(/ECONNREFUSED/) as unknown });
  });
});
