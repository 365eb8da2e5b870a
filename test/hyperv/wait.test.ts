import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CimInterval } from '../../src/cim/datetime.js';
import { AuthError, JobError, JobGoneError, OutcomeUnknownError, TimeoutError, TransportError, UsageError } from '../../src/errors.js';
import { HyperVHost } from '../../src/hyperv/host.js';
import { MigrationJob } from '../../src/hyperv/job.js';
import type { Patience } from '../../src/hyperv/explain.js';
import type { JobReference } from '../../src/hyperv/job-reference.js';
import type { JobStatus } from '../../src/hyperv/job-status.js';
import type { MigrationIntent } from '../../src/hyperv/migrations/intent.js';
import type { JobOutcome } from '../../src/hyperv/outcome.js';
import { type WaitOptions, waitForJob } from '../../src/hyperv/wait.js';
import { WatchTimeoutError } from '../../src/hyperv/watch.js';
import { fixture } from '../fixture.js';
import { MACHINE, REFERENCE, type Rig, countOf, fakeClock, seedMachine, startRig, statusOf } from './support.js';

const GENERAL = fixture('cim/msvm-error-21024.xml');
const CAUSE = fixture('cim/msvm-error-20413.xml');
const QUICK = { firstPollMs: 5, slowestPollMs: 10 };

describe('wait()', () => {
  let source: Rig;
  let destination: Rig;
  beforeEach(async () => {
    source = await startRig('HV01');
    destination = await startRig('HV02');
  });
  afterEach(async () => {
    await source.close();
    await destination.close();
  });
  const running = (properties = {}): JobReference => source.simulated.addJob({ JobState: 4, properties: { VirtualSystemName: MACHINE, PercentComplete: 0, ...properties } });

  /** Waits, and lets the job go on to this once it was seen to run. */
  function waitFor(reference: JobReference, then: () => void, options: WaitOptions = {}): Promise<JobOutcome> {
    return source.host.job(reference).wait({ ...QUICK, ...options, onStatus: ({ phase }) => phase === 'running' && then() });
  }
  const become = ({ keys }: JobReference, job: Omit<Parameters<Rig['simulated']['addJob']>[0], 'InstanceID'>) => (): void => void source.simulated.addJob({ ...keys, ...job });

  it('resolves to succeeded', async () => {
    const reference = running();
    const outcome = await waitFor(reference, become(reference, { JobState: 7 }));
    expect(outcome).toMatchObject({ kind: 'succeeded', warnings: [], evidence: { reference, status: { state: 'Completed', percent: 100 } } });
    expect(outcome.evidence.observations.map(({ seen }) => seen)).toEqual(['The job is Completed']);
    expect(outcome.orThrow()).toBe(outcome);
    expect(Object.keys(outcome)).not.toContain('orThrow');
  });

  it('resolves to succeeded with warnings', async () => {
    const reference = running();
    const outcome = await waitFor(reference, become(reference, { JobState: 32768, errors: [{ Message: 'A snapshot was left.' }] }));
    expect(outcome).toMatchObject({ kind: 'succeeded', warnings: [{ Message: 'A snapshot was left.' }] });
  });

  it('resolves to succeeded without any warning that the host has no text for', async () => {
    const reference = running();
    expect(await waitFor(reference, become(reference, { JobState: 32768 }))).toMatchObject({ kind: 'succeeded', warnings: [] });
  });

  it('resolves to failed, with the errors', async () => {
    const reference = running();
    const outcome = await waitFor(reference, become(reference, { JobState: 10, errorTexts: [GENERAL, CAUSE] }));
    expect(outcome).toMatchObject({ kind: 'failed', errors: [{ MessageID: '21024' }, { MessageID: '20413' }] });
    const error = caught(() => outcome.orThrow());
    expect(error).toBeInstanceOf(JobError);
    expect(error).toMatchObject({ code: 'JOB_FAILED', errors: outcome.kind === 'failed' ? outcome.errors : null });
  });

  it('resolves to failed with what the instance says when the connection is lost before the errors are read', async () => {
    const reference = running();
    const client = new HyperVHost({ url: source.simulated.url, auth: { type: 'ntlm', username: 'Administrator', password: () => password } });
    let password = 'Simulated-1';
    const outcome = await client.job({ ...reference, host: client.client.host }).wait({
      ...QUICK,
      onStatus: ({ phase }) => {
        if (phase === 'running') become(reference, { JobState: 10, properties: { ErrorDescription: 'The disk is full.', ErrorSummaryDescription: '' } })();
        else {
          password = 'wrong';
          source.simulated.trouble({ when: 'request', kind: 'drop' });
        }
      },
    });
    expect(outcome).toMatchObject({ kind: 'failed', errors: [{ Message: 'The disk is full.' }] });
    await client.close();
  });

  it('resolves to failed when the job vanishes before its errors are read', async () => {
    const reference = running();
    const outcome = await source.host.job(reference).wait({
      ...QUICK,
      onStatus: ({ phase }) => {
        if (phase === 'running') become(reference, { JobState: 10 })();
        else source.simulated.removeJob(reference);
      },
    });
    expect(outcome).toMatchObject({ kind: 'failed', errors: [{ Message: 'The reason could not be asked for (JOB_GONE): the job ended in state Exception with ErrorCode 32768' }] });
    expect(outcome.evidence.observations.at(-1)?.seen).toContain('Why it ended so could not be asked in every way: The host has no job');
  });

  describe('whose host cannot be reached when it has failed', () => {
    /** A job that has failed, whose connection is lost from then on, for so many requests. */
    async function failed(times: number, options: WaitOptions) {
      const reference = source.simulated.addJob({ JobState: 10, errorTexts: [GENERAL, CAUSE], properties: { ErrorDescription: '', ErrorSummaryDescription: '' } });
      return source.host.job(reference).wait({ ...QUICK, ...options, onStatus: () => source.simulated.trouble({ when: 'request', kind: 'drop', times }) });
    }

    it('asks on until it answers', async () => {
      const outcome = await failed(6, {});
      expect(outcome).toMatchObject({ kind: 'failed', errors: [{ MessageID: '21024' }, { MessageID: '20413' }] });
      expect(outcome.evidence.observations.map(({ seen }) => seen)).toEqual(['The job is Exception']);
    });

    it.each([{ timeoutMs: 600 }, { unreachableMs: 600 }])('is failed all the same, and says what could not be asked: %j', async (options) => {
      const outcome = await failed(Infinity, options);
      expect(outcome).toMatchObject({ kind: 'failed', errors: [{ Message: expect.stringMatching(/^The reason could not be asked for \((TRANSPORT|TIMEOUT)\): the job ended in state Exception with ErrorCode 32768$/) as string }] });
      expect(outcome.evidence.observations.map(({ seen }) => seen)).toEqual(['The job is Exception', expect.stringContaining('Why it ended so could not be asked in every way') as string]);
    });
  });

  it.each([
    ['five minutes where the host does not say', {}, {}, 300_000],
    ['as long as the host keeps the job', { TimeBeforeRemoval: CimInterval.fromMilliseconds(20_000) }, {}, 20_000],
    ['until its own deadline', {}, { timeoutMs: 9000 }, 9000],
    ['as long as a host may be silent', {}, { unreachableMs: 7000 }, 7000],
  ])('asks why it failed %s', async (_name, properties, options, expected) => {
    const given: number[] = [];
    const job = {
      reference: REFERENCE,
      client: source.host.client,
      status: () => Promise.resolve(statusOf({ JobState: 10, ...properties })),
      explain: (_status: JobStatus, { timeoutMs }: Patience) => (given.push(timeoutMs), Promise.resolve({ errors: [], failure: null, isOver: false })),
    };
    expect((await waitForJob(job, options, fakeClock())).kind).toBe('failed');
    expect(given).toEqual([expected]);
  });

  it.each([
    [8, []],
    [9, [GENERAL]],
  ])('resolves to cancelled in state %i', async (JobState, errorTexts) => {
    const reference = running();
    const outcome = await waitFor(reference, become(reference, { JobState, errorTexts }));
    expect(outcome).toMatchObject({ kind: 'cancelled', errors: errorTexts.map(() => ({ MessageID: '21024' })) });
    expect(caught(() => outcome.orThrow())).toBeInstanceOf(JobError);
  });

  describe('of a job that is gone', () => {
    it.each([
      ['moved', false, true],
      ['notMoved', true, false],
    ] as const)('tells %s by both hosts', async (machine, here, there) => {
      const reference = running();
      if (here) seedMachine(source.simulated);
      if (there) seedMachine(destination.simulated);
      const outcome = await waitFor(reference, () => source.simulated.removeJob(reference), { destination: destination.host });
      expect(outcome).toMatchObject({ kind: 'gone', machine, fault: { subcode: 'DestinationUnreachable' }, evidence: { status: { percent: 0 } } });
      expect(outcome.kind === 'gone' && outcome.fault).not.toBeInstanceOf(JobGoneError);
      expect(new Set(outcome.evidence.observations.map(({ host }) => host))).toEqual(new Set([source.host.client.host, destination.host.client.host]));
      expect(caught(() => outcome.orThrow())).toBeInstanceOf(JobGoneError);
    });

    it('tells notMoved by the source alone, and nothing of a destination', async () => {
      const reference = running();
      seedMachine(source.simulated);
      const outcome = await waitFor(reference, () => source.simulated.removeJob(reference));
      expect(outcome).toMatchObject({ kind: 'gone', machine: 'notMoved' });
      expect((caught(() => outcome.orThrow()) as Error).message).toMatch(/; its machine is still on the source \(/);
    });

    it('looks for the machine it is told', async () => {
      const reference = running();
      seedMachine(destination.simulated, 'db01', '1F0B2A63-58D4-4C7E-A1E9-6B42C0D9F715');
      const outcome = await waitFor(reference, () => source.simulated.removeJob(reference), { destination: destination.host, machine: 'db01' });
      expect(outcome).toMatchObject({ kind: 'gone', machine: 'moved' });
    });

    describe('and that named its machine, but not by its GUID', () => {
      const OTHER = '1F0B2A63-58D4-4C7E-A1E9-6B42C0D9F715';
      const named = (): JobReference => running({ VirtualSystemName: 'web01' });

      it('does not take a namesake that stayed for the machine', async () => {
        seedMachine(source.simulated, 'web01', OTHER);
        const machine = seedMachine(source.simulated, 'web01');
        const reference = named();
        const outcome = await waitFor(reference, () => {
          source.simulated.remove(machine);
          source.simulated.removeJob(reference);
        });
        expect(outcome).toMatchObject({ kind: 'gone', machine: 'unknown' });
        expect(outcome.evidence.observations.map(({ seen }) => seen)).toContain('2 machines here have the name web01: which one the job moves is not known');
      });

      it.each(['web01', undefined])('does not take a namesake on the destination for it: %s', async (machine) => {
        const here = seedMachine(source.simulated, 'web01');
        seedMachine(destination.simulated, 'web01', OTHER);
        const reference = named();
        const act = (): void => {
          source.simulated.remove(here);
          source.simulated.removeJob(reference);
        };
        const outcome = await waitFor(reference, act, { destination: destination.host, ...(machine === undefined ? {} : { machine }) });
        expect(outcome).toMatchObject({ kind: 'gone', machine: 'unknown' });
      });

      it('follows it by its GUID, under another name', async () => {
        const here = seedMachine(source.simulated, 'web01');
        const reference = named();
        const act = (): void => {
          source.simulated.remove(here);
          source.simulated.removeJob(reference);
          seedMachine(destination.simulated, 'web01-moved');
        };
        const outcome = await waitFor(reference, act, { destination: destination.host });
        expect(outcome).toMatchObject({ kind: 'gone', machine: 'moved' });
      });

      it('asks for the GUID once', async () => {
        seedMachine(source.simulated, 'web01');
        const reference = named();
        const from = source.simulated.requests.length;
        let percent = 0;
        await waitFor(reference, () => become(reference, { JobState: percent < 3 ? 4 : 7, properties: { VirtualSystemName: 'web01', PercentComplete: ++percent } })());
        expect(countOf(source.simulated, 'Enumerate', from)).toBe(1);
      });
    });

    it('looks for the machine of the intent, of a job that was never seen', async () => {
      seedMachine(destination.simulated);
      const gone = running({ VirtualSystemName: 'other' });
      source.simulated.removeJob(gone);
      const intent: MigrationIntent = {
        version: 1, id: '0a6c1e52-7d3b-4f98-b1c4-e25f8a907d36', host: gone.host, machine: { id: MACHINE, name: 'web01' }, to: 'HV02', type: 'VirtualSystem',
        options: { MigrationSettingData: '', NewSystemSettingData: null, NewResourceSettingData: null }, knownJobs: [], intendedAt: '2026-11-22T00:00:00.000Z',
      };
      const outcome = await new MigrationJob(source.host.client, gone, intent).wait({ ...QUICK, destination: destination.host });
      expect(outcome).toMatchObject({ kind: 'gone', machine: 'moved', evidence: { status: null } });
    });

    it('tells unknown of a machine that nobody named, and of a job that moves none', async () => {
      const gone = running();
      source.simulated.removeJob(gone);
      expect(await source.host.job(gone).wait(QUICK)).toMatchObject({ kind: 'gone', machine: 'unknown' });
      seedMachine(source.simulated);
      const storage = source.simulated.addJob({ JobState: 4, className: 'Msvm_StorageJob' });
      const outcome = await waitFor(storage, () => source.simulated.removeJob(storage), { machine: MACHINE });
      expect(outcome).toMatchObject({ kind: 'gone', machine: 'unknown' });
    });

    it('is not said while the management service is stopped', async () => {
      const reference = running();
      seedMachine(source.simulated);
      let reboots = 0;
      const outcome = await waitFor(reference, () => void (reboots++ === 0 && source.simulated.reboot({ downMs: 20, vmmsDelayMs: 200 })));
      expect(outcome).toMatchObject({ kind: 'gone', machine: 'notMoved' });
      const seen = outcome.evidence.observations.map((one) => one.seen);
      expect(seen[0]).toContain('No answer about the job');
      expect(seen.slice(-2)).toEqual(['The host answers, and has no such job any more', `The machine ${MACHINE} is here`]);
    });
  });

  it('resolves to unknown when there was no answer for too long', async () => {
    const reference = running();
    const outcome = await waitFor(reference, () => void source.simulated.close(), { unreachableMs: 50 });
    expect(outcome).toMatchObject({ kind: 'unknown', evidence: { status: { percent: 0 } } });
    expect(outcome.kind === 'unknown' && outcome.cause).toBeInstanceOf(TransportError);
    expect(outcome.evidence.observations.length).toBeGreaterThan(0);
    expect(caught(() => outcome.orThrow())).toBeInstanceOf(OutcomeUnknownError);
  });

  it('resolves to unknown when a host that hangs was asked for too long', async () => {
    const reference = running();
    source.simulated.trouble({ when: 'request', kind: 'delay', ms: 60_000, times: Infinity });
    const outcome = await source.host.job(reference).wait({ ...QUICK, unreachableMs: 50 });
    expect(outcome.kind).toBe('unknown');
    expect(outcome.kind === 'unknown' && outcome.cause).toBeInstanceOf(TimeoutError);
  });

  it('resolves to unknown when the logon is refused', async () => {
    const stranger = new HyperVHost({ url: source.simulated.url, auth: { type: 'ntlm', username: 'nobody', password: 'x' } });
    const outcome = await stranger.job(running()).wait(QUICK);
    expect(outcome.kind === 'unknown' && outcome.cause).toBeInstanceOf(AuthError);
    await stranger.close();
  });

  it('throws at its deadline, and when the job does not move', async () => {
    const reference = running({ PercentComplete: 37 });
    await expect(waitFor(reference, () => undefined, { timeoutMs: 50 })).rejects.toBeInstanceOf(WatchTimeoutError);
    await expect(waitFor(reference, () => undefined, { stallMs: 50 })).rejects.toThrow('Running at 37 %');
  });

  it('throws the reason of an abort, whenever it comes', async () => {
    const reference = running();
    await expect(waitFor(reference, () => undefined, { signal: AbortSignal.abort('before') })).rejects.toBe('before');
    const controller = new AbortController();
    await expect(waitFor(reference, () => controller.abort('between'), { signal: controller.signal })).rejects.toBe('between');
    const later = new AbortController();
    source.simulated.removeJob(reference);
    setTimeout(() => later.abort('while it looks for the machine'), 100);
    const looking = source.host.job(reference).wait({ ...QUICK, machine: MACHINE, signal: later.signal });
    await expect(looking).rejects.toBe('while it looks for the machine');
  });

  it('throws what onStatus throws, and UsageError', async () => {
    const reference = running();
    const mistake = new TypeError('mine');
    await expect(
      waitFor(reference, () => {
        throw mistake;
      }),
    ).rejects.toBe(mistake);
    await expect(source.host.job(reference).wait({ timeoutMs: -1 })).rejects.toBeInstanceOf(UsageError);
    await source.host.close();
    await expect(source.host.job(reference).wait()).rejects.toBeInstanceOf(UsageError);
  });

  it('waits for many jobs at a time with one signal, and leaves no timer', async () => {
    const { signal } = new AbortController();
    const references = Array.from({ length: 20 }, () => running());
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const outcomes = await Promise.all(references.map((reference) => waitFor(reference, become(reference, { JobState: 7 }), { signal })));
    expect(outcomes.map(({ kind }) => kind)).toEqual(references.map(() => 'succeeded'));
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(timers + 1);
  });
});

function caught(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return null;
}
