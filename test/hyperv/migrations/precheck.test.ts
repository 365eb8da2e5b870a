import { describe, expect, it } from 'vitest';
import { instancePath } from '../../../src/cim/object-path.js';
import { ReturnValueError, UsageError } from '../../../src/errors.js';
import { fixture } from '../../fixture.js';
import { ID, type Lab, SERVICE, addMachine, machineAt, startHost } from './hosts.js';

const REASON = fixture('cim/msvm-error-21024.xml');

async function twoHosts() {
  const [source, destination] = [await startHost('node-a'), await startHost('node-b')];
  addMachine(source);
  source.simulated.onInvoke(SERVICE, 'GetSystemCompatibilityInfo', () => ({ returnValue: 0, out: { CompatibilityInfo: [0, 7, 255] } }));
  return { source, destination };
}

/** Lets the source's check end in a job. */
function checks({ simulated }: Lab, job: Omit<Parameters<Lab['simulated']['addJob']>[0], 'className'>): void {
  simulated.onInvoke(SERVICE, 'CheckVirtualSystemIsMigratable', () => {
    const { className, keys, namespace } = simulated.addJob({ className: 'Msvm_ConcreteJob', ...job });
    return { returnValue: 4096, out: { Job: instancePath(className, keys, namespace) } };
  });
}

const answers = ({ simulated }: Lab, returnValue: number, Reasons: readonly string[] | null = null): void =>
  simulated.onInvoke(SERVICE, 'CheckSystemCompatibilityInfo', () => ({ returnValue, out: { Reasons } }));

describe('precheck', () => {
  it('passes when both hosts say so, and asks each what it has to', async () => {
    const { source, destination } = await twoHosts();
    checks(source, { JobState: 7 });
    answers(destination, 0);
    expect(await source.host.migrations.precheck('ledger-2', { to: destination.host })).toEqual({
      verdict: 'migratable',
      checks: [
        { name: 'CheckVirtualSystemIsMigratable', verdict: 'passed', reasons: [], error: null },
        { name: 'CheckSystemCompatibilityInfo', verdict: 'passed', reasons: [], error: null },
      ],
    });
    const asked = source.simulated.requests.find(({ method }) => method === 'CheckVirtualSystemIsMigratable');
    expect(asked?.parameters).toMatchObject({ ComputerSystem: { keys: machineAt(ID).keys }, DestinationHost: 'node-b', MigrationSettingData: { MigrationType: 32768 } });
    const info = destination.simulated.requests.find(({ method }) => method === 'CheckSystemCompatibilityInfo');
    expect(info?.parameters).toEqual({ CompatibilityInfo: [0, 7, 255] });
    const methods = [...source.simulated.requests, ...destination.simulated.requests].map(({ method }) => method);
    expect(methods).not.toContain('CheckVirtualSystemIsMigratableToHost');
    expect(methods).not.toContain('MigrateVirtualSystemToHost');
  });

  it('gives the reasons of both checks', async () => {
    const { source, destination } = await twoHosts();
    checks(source, { JobState: 10, errorTexts: [REASON] });
    answers(destination, 32784, ['The processors differ.', REASON]);
    const { verdict, checks: made } = await source.host.migrations.precheck(ID, { destination: destination.host });
    expect(verdict).toBe('notMigratable');
    expect(made.map(({ verdict: one, reasons }) => [one, reasons.map(({ MessageID, Message }) => MessageID ?? Message)])).toEqual([
      ['failed', ['21024']],
      ['failed', ['The processors differ.', '21024']],
    ]);
  });

  it('looks at the source alone without a destination host', async () => {
    const { source } = await twoHosts();
    checks(source, { JobState: 7 });
    const { verdict, checks: made } = await source.host.migrations.precheck(ID, { to: 'node-b' });
    expect([verdict, made.map(({ name }) => name)]).toEqual(['migratable', ['CheckVirtualSystemIsMigratable']]);
  });

  it('does not let a check that cannot be made hide the other', async () => {
    const { source, destination } = await twoHosts();
    answers(destination, 32784);
    const { verdict, checks: made } = await source.host.migrations.precheck(ID, { destination: destination.host });
    expect([verdict, made.map((one) => one.verdict)]).toEqual(['notMigratable', ['unknown', 'failed']]);
    expect(made[0]?.error).toMatchObject({ code: 'FAULT' });
  });

  it.each([
    [32775, 'failed', 'notMigratable'],
    [32769, 'failed', 'notMigratable'],
    [32772, 'unknown', 'unknown'],
    [32777, 'unknown', 'unknown'],
  ] as const)('takes %i of the source for %s', async (returnValue, one, all) => {
    const { source } = await twoHosts();
    source.simulated.onInvoke(SERVICE, 'CheckVirtualSystemIsMigratable', () => ({ returnValue }));
    const { verdict, checks: made } = await source.host.migrations.precheck(ID, { to: 'node-b' });
    expect([verdict, made[0]?.verdict]).toEqual([all, one]);
    expect(made[0]?.error).toBeInstanceOf(ReturnValueError);
  });

  it.each([
    [8, 'unknown'],
    [32768, 'passed'],
  ] as const)('takes a check that ended in state %i for %s', async (JobState, expected) => {
    const { source } = await twoHosts();
    checks(source, { JobState });
    expect((await source.host.migrations.precheck(ID, { to: 'node-b' })).checks[0]?.verdict).toBe(expected);
  });

  it('ends with its time', async () => {
    const { source } = await twoHosts();
    checks(source, { JobState: 4 });
    const { verdict, checks: made } = await source.host.migrations.precheck(ID, { to: 'node-b', timeoutMs: 1500 });
    expect(verdict).toBe('unknown');
    expect(made[0]?.error).toMatchObject({ code: 'TIMEOUT' });
  });

  it('ends with the signal', async () => {
    const { source } = await twoHosts();
    checks(source, { JobState: 4 });
    const reason = new Error('enough');
    await expect(source.host.migrations.precheck(ID, { to: 'node-b', signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('asks again when an answer is lost: it changes nothing', async () => {
    const { source } = await twoHosts();
    checks(source, { JobState: 7 });
    let isFirst = true;
    source.simulated.onInvoke(SERVICE, 'CheckVirtualSystemIsMigratable', () => {
      if (isFirst) source.simulated.trouble({ when: 'response', kind: 'drop' });
      isFirst = false;
      const { className, keys, namespace } = source.simulated.addJob({ className: 'Msvm_ConcreteJob', JobState: 7 });
      return { returnValue: 4096, out: { Job: instancePath(className, keys, namespace) } };
    });
    expect((await source.host.migrations.precheck(ID, { to: 'node-b' })).verdict).toBe('migratable');
  });

  it('refuses a destination for a machine that stays', async () => {
    const { source, destination } = await twoHosts();
    await expect(source.host.migrations.precheck(ID, { type: 'Storage', destination: destination.host })).rejects.toBeInstanceOf(UsageError);
  });
});
