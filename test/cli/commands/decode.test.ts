import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/cli/io.js';
import { FakeIo } from '../fake-io.js';

const FIXTURE = new URL('../../../fixtures/wire/identify-response.xml', import.meta.url).pathname;
const MOVE = { kind: 'fragment', body: { method: 'Move', parameters: {} } };

describe('hyperv-wsman decode', () => {
  it.each([['decode'], ['decode', '-']])('reads standard input: %s %s', async (...argv) => {
    const { status, stdout, stderr } = await new FakeIo({ stdin: '<Move_INPUT/>' }).run(...argv);
    expect([status, stderr, JSON.parse(stdout)]).toEqual([0, '', MOVE]);
  });

  it('reads a file', async () => {
    const { status, stdout } = await new FakeIo().run('decode', FIXTURE);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'response', body: { identity: { ProductVendor: 'Microsoft Corporation' } } });
  });

  it('reads a header with a token', async () => {
    const { status, stdout } = await new FakeIo({ stdin: 'WWW-Authenticate: Negotiate oQcwBaADCgEC\n' }).run('decode');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ kind: 'spnego', message: 'NegTokenResp', negState: 'reject', supportedMech: null, responseToken: null, mechListMIC: null });
  });

  it.each<[status: number, stdin: string, file: string, message: RegExp]>([
    [1, '<a>', '-', /^hyperv-wsman: XML not accepted at line 1, column \d+: [^\n]+\n$/],
    [1, 'WWW-Authenticate: Negotiate oQcwBaADCgEJ', '-', /^hyperv-wsman: The SPNEGO token cannot be read: [^\n]+ negState 9[^\n]+\n$/],
    [1, '', '-', /^hyperv-wsman: The input is empty\n$/],
    [2, '', '/absent.xml', /^hyperv-wsman: Cannot read \/absent\.xml: ENOENT[^\n]+\n$/],
  ])('is %i for %j of %s', async (status, stdin, file, message) => {
    const result = await new FakeIo({ stdin }).run('decode', file);
    expect([result.status, result.stdout]).toEqual([status, '']);
    expect(result.stderr).toMatch(message);
  });

  it('is 130 when it is interrupted while it waits for input', async () => {
    const io = new FakeIo({ stdin: new PassThrough() });
    const result = io.run('decode');
    io.interrupt(new Interruption('SIGINT'));
    expect(await result).toEqual({ status: 130, stdout: '', stderr: 'hyperv-wsman: interrupted by SIGINT\n' });
  });
});
