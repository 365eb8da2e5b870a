import { describe, expect, it } from 'vitest';
import { HyperVHost, type InstancePath, type MsvmError, UsageError, type WsmanClient } from '../../../src/index.js';
import { CATALOGUE } from '../../../src/hyperv/diagnosis/catalogue.js';
import { codeErrors } from '../../../src/testing/data-centre/migration-errors.js';
import { machinePath } from '../../../src/testing/data-centre/machine-instances.js';
import { resolveMachine } from '../../../src/testing/data-centre/types.js';
import type { MigrationFailure, SimulatedCentreHost } from '../../../src/testing/index.js';
import { STAGED, STORAGE, VIRTUAL_SYSTEM, ask, clientAt, ended, namesOn, startCentre } from './centre-support.js';

const MACHINES = 'SELECT Name FROM Msvm_ComputerSystem';
const PLANNED = 'SELECT Name FROM Msvm_PlannedComputerSystem';

function errorsOf(client: WsmanClient, job: InstancePath | null): Promise<readonly MsvmError[]> {
  return new HyperVHost({ client }).migrationJob(job!.keys.InstanceID as string).getErrorEx();
}

describe('a planned failure', () => {
  it('by code: the general error with the machine and its host, then the one that names the code', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ code: 0x8009030e });
    const [source, destination] = [clientAt(centre, 'hv01'), clientAt(centre, 'hv02')];
    const { job } = await ask(source, 'hv01', id, {});
    expect(await ended(source, job)).toMatchObject({ JobState: 10, PercentComplete: 50, ErrorCode: 32768, ErrorDescription: expect.stringContaining("'web01'") as string });
    const errors = await errorsOf(source, job);
    expect(errors).toMatchObject([{ MessageID: '21024', MessageArguments: ['web01', id, 'hv01'] }, { Message: expect.stringMatching(/\(0x8009030E\)/) as string }]);
    expect([centre.whereIs(id), await namesOn(destination, PLANNED, 'Name'), centre.migrations[0]?.end]).toEqual(['hv01', [], 'failed']);
  });

  it('by the number of an event, by errors, by texts', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    const source = clientAt(centre, 'hv01');
    const failing = async (failure: MigrationFailure): Promise<InstancePath | null> => {
      centre.failNext(failure);
      const { job } = await ask(source, 'hv01', id, {});
      await ended(source, job);
      return job;
    };
    expect((await errorsOf(source, await failing({ code: 21502 }))).map(({ MessageID }) => MessageID)).toEqual(['21024', '21502']);
    expect((await errorsOf(source, await failing({ errors: [{ MessageID: '33012', Message: 'Kein Switch.' }] }))).map(({ Message }) => Message)).toEqual(['Kein Switch.']);
    await expect(errorsOf(source, await failing({ errorTexts: ['kein XML'] }))).rejects.toMatchObject({ texts: ['kein XML'] });
  });

  it('can be every error and event of the catalogue, and a code that is not in it', () => {
    const subject = { machine: resolveMachine({ name: 'web01' }), source: 'hv01' };
    const lastOf = (code: number): Partial<MsvmError> | undefined => codeErrors(subject, code).errors?.at(-1);
    for (const { kind, code, meaning } of CATALOGUE.filter(({ kind }) => kind !== 'returnValue')) {
      const { Message, MessageID } = lastOf(code)!;
      expect(Message).toContain(meaning);
      if (kind === 'event') expect(MessageID).toBe(String(code));
      else expect(Number(/\((0x[\dA-F]{8})\)$/.exec(Message!)?.[1])).toBe(code);
    }
    expect(lastOf(0x87654321)).toMatchObject({ MessageID: null, Message: expect.stringMatching(/\(0x87654321\)$/) as string });
    expect(lastOf(4711)).toMatchObject({ MessageID: '4711' });
  });

  it('is for the machine that it names, by GUID or name, and for one migration', async () => {
    const centre = await startCentre();
    const [a, b] = [centre.addMachine('hv01', { name: 'a' }), centre.addMachine('hv01', { name: 'b' })];
    const source = clientAt(centre, 'hv01');
    centre.failNext({ machine: 'B', reject: 32774 });
    centre.failNext({ machine: `{${b.toLowerCase()}}`, reject: 32768 });
    expect((await ask(source, 'hv01', a, { type: STORAGE, to: null })).returnValue).toBe(4096);
    expect((await ask(source, 'hv01', b, {})).returnValue).toBe(32774);
    expect((await ask(source, 'hv01', b, {})).returnValue).toBe(32768);
    expect((await ask(source, 'hv01', b, {})).returnValue).toBe(4096);
    expect(centre.migrations.map(({ machine }) => machine)).toEqual([a, b]);
  });

  it('at 0 percent: it has not begun, and is not in the books', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ code: 0x80090322, atPercent: 0 });
    const source = clientAt(centre, 'hv01');
    const { job } = await ask(source, 'hv01', id, {});
    expect(await ended(source, job)).toMatchObject({ JobState: 10, PercentComplete: 0 });
    expect(centre.migrations).toEqual([]);
  });

  it.each<[why: string, to: string, options: Parameters<typeof startCentre>[0]]>([
    ['an obstacle', 'hv99', {}],
    ['a limit', 'hv02', { hosts: ['hv01', { name: 'hv02', maximumMigrations: 0 }, 'hv03'] }],
  ])('is not used up by a migration that does not begin because of %s', async (_why, to, options) => {
    const centre = await startCentre({ hosts: ['hv01', 'hv02', 'hv03'], ...options });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const source = clientAt(centre, 'hv01');
    for (const failure of [{ code: 0x8009030e }, { code: 0x80090322, atPercent: 0 }]) {
      centre.failNext(failure);
      const early = await ask(source, 'hv01', id, { to });
      await ended(source, early.job);
      expect((await errorsOf(source, early.job))[1]?.Message).not.toMatch(/\(0x8009/);
      const { job } = await ask(source, 'hv01', id, { to: 'hv03' });
      expect(await ended(source, job)).toMatchObject({ JobState: 10 });
      expect((await errorsOf(source, job))[1]?.Message).toContain(`(0x${failure.code.toString(16).toUpperCase()})`);
    }
    expect(await ended(source, (await ask(source, 'hv01', id, { to: 'hv03' })).job)).toMatchObject({ JobState: 7 });
    expect(centre.migrations.map(({ end }) => end)).toEqual(['failed', 'completed']);
  });

  it.each<[string, MigrationFailure]>([
    ['a percentage above 100', { atPercent: 101 }],
    ['a code with a sign', { code: -2146893042 }],
    ['a return value that is no failure', { reject: 4096 }],
  ])('%s cannot be', async (_what, failure) => {
    const centre = await startCentre({ hosts: ['hv01'] });
    expect(() => centre.failNext(failure)).toThrow(UsageError);
  });
});

describe('a migration fails by itself', () => {
  it.each([
    ['a migration', VIRTUAL_SYSTEM, 'hv02'],
    ['its storage migration', STORAGE, null],
    ['a staged migration', STAGED, 'hv02'],
  ])('when the machine is taken away during %s: it is nowhere, and may be added anew', async (_what, type, to) => {
    const centre = await startCentre({ migrationMs: 400 });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const [source, destination] = [clientAt(centre, 'hv01'), clientAt(centre, 'hv02')];
    const { job } = await ask(source, 'hv01', id, { type, to });
    centre.host('hv01').remove(machinePath(id));
    expect(await ended(source, job)).toMatchObject({ JobState: 10 });
    expect((await errorsOf(source, job))[1]?.Message).toContain('(0x80070490)');
    expect([centre.whereIs(id), centre.migrations[0]?.end]).toEqual([null, 'failed']);
    for (const query of [MACHINES, PLANNED]) expect(await namesOn(destination, query, 'Name')).not.toContain(id);
    expect(await namesOn(source, 'SELECT InstanceID FROM Msvm_StorageAllocationSettingData', 'InstanceID')).toEqual([]);
    expect(centre.addMachine('hv02', { id, name: 'web01' })).toBe(id);
  });

  const cases: readonly [what: string, destination: SimulatedCentreHost, to: string, message: RegExp][] = [
    ['to a host that nobody knows', { name: 'hv02' }, 'hv99', /\(0x80072AF9\)/],
    ['to a host that takes none', { name: 'hv02', migrationEnabled: false }, 'hv02', /\(0x8007274D\)/],
    ['to other processors', { name: 'hv02', processor: 'AuthenticAMD Family 25' }, 'hv02', /processor/],
    ['beyond the limit of the destination', { name: 'hv02', maximumMigrations: 0 }, 'hv02', /limit of 0 /],
  ];
  it.each(cases)('%s', async (_what, destination, to, message) => {
    const centre = await startCentre({ hosts: ['hv01', destination] });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const source = clientAt(centre, 'hv01');
    const { returnValue, job } = await ask(source, 'hv01', id, { to });
    expect(returnValue).toBe(4096);
    expect(await ended(source, job)).toMatchObject({ JobState: 10, PercentComplete: 0 });
    expect((await errorsOf(source, job)).map(({ Message }) => Message)).toEqual([expect.stringContaining('hv01'), expect.stringMatching(message)]);
    expect([centre.whereIs(id), centre.migrations]).toEqual(['hv01', []]);
  });

  it('beyond the limit of the source, until another one has ended; a machine that is off goes to any processor', async () => {
    const centre = await startCentre({ hosts: [{ name: 'hv01', maximumMigrations: 1 }, { name: 'hv02', processor: 'AuthenticAMD Family 25' }], migrationMs: 1000 });
    const [a, b] = ['a', 'b'].map((name) => centre.addMachine('hv01', { name, state: 'off' }));
    const source = clientAt(centre, 'hv01');
    const first = await ask(source, 'hv01', a!, {});
    const { job } = await ask(source, 'hv01', b!, {});
    expect(await ended(source, job)).toMatchObject({ JobState: 10 });
    expect((await errorsOf(source, job))[1]).toMatchObject({ MessageID: '21501' });
    await ended(source, first.job);
    expect(await ended(source, (await ask(source, 'hv01', b!, {})).job)).toMatchObject({ JobState: 7 });
    expect(centre.migrations.map(({ machine, end }) => [machine, end])).toEqual([[a, 'completed'], [b, 'completed']]);
  });
});

describe('a check', () => {
  const check = { method: 'CheckVirtualSystemIsMigratable' } as const;

  it('is a job that ends well when the machine could be moved, and moves nothing', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    const source = clientAt(centre, 'hv01');
    const { job } = await ask(source, 'hv01', id, check);
    expect(await ended(source, job)).toMatchObject({ JobState: 7, JobType: 301, VirtualSystemName: id });
    expect([centre.whereIs(id), centre.migrations]).toEqual(['hv01', []]);
  });

  it('tells what stands in the way, and a failure planned for the beginning, which it leaves in the plan', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    const source = clientAt(centre, 'hv01');
    const reasons = async (to: string): Promise<(string | null)[]> => {
      const { job } = await ask(source, 'hv01', id, { ...check, to });
      expect(await ended(source, job)).toMatchObject({ JobState: 10 });
      return (await errorsOf(source, job)).map(({ Message }) => Message);
    };
    expect((await reasons('hv99'))[1]).toContain('(0x80072AF9)');
    centre.failNext({ code: 0xc03a0014, atPercent: 0 });
    expect((await reasons('hv02'))[1]).toContain('(0xC03A0014)');
    const { job } = await ask(source, 'hv01', id, {});
    await ended(source, job);
    expect((await errorsOf(source, job))[1]?.Message).toContain('(0xC03A0014)');
  });
});
