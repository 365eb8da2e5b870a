import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeIo, type Run } from '../fake-io.js';

const fixture = (name: string): string => new URL(`../../../fixtures/${name}`, import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-'));
afterAll(() => rmSync(folder, { recursive: true }));

function explain(stdin: string, ...argv: readonly string[]): Promise<Run> {
  return new FakeIo({ stdin }).run('explain', ...argv);
}

describe('hyperv-wsman explain', () => {
  it('prints what is known of a code', async () => {
    expect(await explain('', '0x8007274D')).toEqual({
      status: 0,
      stderr: '',
      stdout: [
        'WSAECONNREFUSED (hresult 0x8007274D, FACILITY_WIN32)',
        'Nobody listens at the destination: it refused the connection.',
        '  layer         network',
        '  trying again  can help, without doing anything',
        '  source        Win32 System Error Codes (9000-11999)',
        '  1. See that the destination listens on TCP 6600 for migrations (and 445 for SMB, 3343 between nodes of a cluster), and that no firewall stands between.',
        '  2. See that migrations are switched on at the destination, and that its service vmms runs.',
        '',
      ].join('\n'),
    });
  });

  it.each([
    [['21024'], /^migration failed at its source \(event 21024\)\n/],
    [['32775'], /^Invalid state for this operation \(return value 32775\)\n/],
    [['--', '-2146893042'], /^SEC_E_NO_CREDENTIALS \(hresult 0x8009030E, FACILITY_SECURITY\)\n/],
    [['C0000022'], /^STATUS_ACCESS_DENIED \(ntstatus 0xC0000022\)\n/],
  ])('takes %j', async (argv, stdout) => {
    expect(await explain('', ...argv)).toEqual({ status: 0, stderr: '', stdout: expect.stringMatching(stdout) as string });
  });

  it('prints entries for a program', async () => {
    const { status, stdout } = await explain('', '0x8009030E', '--json');
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { code: '0x8009030E', entries: [{ code: 2148074254, kind: 'hresult', name: 'SEC_E_NO_CREDENTIALS', layer: 'authentication', begun: false }] }]);
  });

  it('diagnoses the text of an Msvm_Error', async () => {
    expect(await explain('', fixture('cim/msvm-error-21024.xml'))).toEqual({
      status: 0,
      stderr: '',
      stdout: [
        'invoice-db-3: A migration failed, as its source reports it; the number says nothing of the cause (event 21024)',
        '  layer         VMMS',
        '  trying again  helps when the cause is mended',
        '  machine       invoice-db-3 (5B0D9C1E-62F4-4A77-8E15-C3A9D07F21B6)',
        '  source host   NODE-EAST-4',
        '  found         event 21024: migration failed at its source',
        '  1. This is the general message. Ask for all errors of the job (getErrorEx): the cause comes after it.',
        '  2. When the job is gone, look into the log Hyper-V-VMMS-Admin of source and destination at that time.',
        '',
      ].join('\n'),
    });
  });

  it('diagnoses a whole message, a fault, and text', async () => {
    for (const [file, cause] of [
      ['wire/get-error-response.xml', null],
      ['wire/destination-unreachable-fault.xml', 'WBEM_E_NOT_FOUND'],
    ] as const) {
      const { status, stdout } = await explain('', fixture(file), '--json');
      const { diagnoses } = JSON.parse(stdout) as { diagnoses: { cause: { name: string } | null }[] };
      expect([status, diagnoses.map((diagnosis) => diagnosis.cause?.name ?? null)]).toEqual([0, [cause]]);
    }
    expect((await explain('It failed.\nNo way. (0x80090322).\n', '-')).stdout).toMatch(/^The host that answered is not the one the ticket is for \(SEC_E_WRONG_PRINCIPAL, 0x80090322\)\n {2}layer {9}authentication\n/);
  });

  it('says of several failures the most important', async () => {
    expect((await explain('(0x80070005)\n\nnothing here\n\n(0x8007274D)\n', '-')).stdout).toBe(
      [
        'Access was denied (ERROR_ACCESS_DENIED, 0x80070005)',
        '  layer         authentication',
        '  1. The account needs Hyper-V Administrators, or Administrators, on both hosts.',
        '',
        'Nobody listens at the destination: it refused the connection (WSAECONNREFUSED, 0x8007274D)',
        '  layer         network',
        '  1. See that the destination listens on TCP 6600 for migrations (and 445 for SMB, 3343 between nodes of a cluster), and that no firewall stands between.',
        '',
      ].join('\n'),
    );
  });

  it('stays on one screen', async () => {
    const codes = Array.from({ length: 40 }, (_, index) => `0x81ABCD${(index + 16).toString(16)}`);
    const { stdout } = await explain(`${codes.join('\n')}\n0x80070005`, '-');
    expect(stdout).toMatch(/\n {16}and 31 more\n {16}ERROR_ACCESS_DENIED, 0x80070005 \(FACILITY_WIN32\)\n/);
    expect(stdout.split('\n').length).toBeLessThan(24);
  });

  it('keeps a terminal safe from what a host wrote', async () => {
    const error = '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY.ARRAY NAME="MessageArguments" TYPE="string"><VALUE.ARRAY><VALUE>web\u009B01</VALUE><VALUE>5B0D9C1E-62F4-4A77-8E15-C3A9D07F21B6</VALUE></VALUE.ARRAY></PROPERTY.ARRAY><PROPERTY NAME="MessageID" TYPE="string"><VALUE>21024</VALUE></PROPERTY></INSTANCE>';
    const { stdout } = await explain(error, '-');
    expect(stdout).toMatch(/^web\uFFFD01: /);
    expect(stdout).not.toMatch(/\u009B/);
  });

  it.each<[status: number, stdin: string, what: string, stderr: RegExp]>([
    [1, '', '0x80ABCDEF', /^hyperv-wsman: nothing is known of 0x80ABCDEF\n$/],
    [1, 'It failed.', '-', /^hyperv-wsman: nothing is known of what stands in standard input\n$/],
    [1, '', '-', /^hyperv-wsman: nothing is known of what stands in standard input\n$/],
    [1, '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY></INSTANCE>', '-', /^hyperv-wsman: Not a CIM-XML instance[^\n]+\n$/],
    [2, '', '/absent.txt', /^hyperv-wsman: Cannot read \/absent\.txt: ENOENT[^\n]+\n$/],
  ])('is %i for %j of %s', async (status, stdin, what, stderr) => {
    expect(await explain(stdin, what)).toEqual({ status, stdout: '', stderr: expect.stringMatching(stderr) as string });
  });

  it('needs to be told what', async () => {
    expect((await explain('')).status).toBe(2);
  });

  it('reads a file whose name is a number when it is given with its folder', async () => {
    const file = join(folder, '21024');
    writeFileSync(file, '(0x80070005)');
    expect((await explain('', file)).stdout).toMatch(/^Access was denied/);
  });
});
