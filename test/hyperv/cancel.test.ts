import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CimInterval } from '../../src/cim/datetime.js';
import { FaultError, JobGoneError, OutcomeUnknownError, ReturnValueError, UsageError } from '../../src/errors.js';
import { cancelJob } from '../../src/hyperv/cancel.js';
import type { JobReference } from '../../src/hyperv/job-reference.js';
import { onSignal } from '../../src/signals.js';
import { WatchTimeoutError } from '../../src/hyperv/watch.js';
import { REFERENCE, type Rig, countOf, fakeClock, startRig, statusOf } from './support.js';

const QUICK = { firstPollMs: 5, slowestPollMs: 10 };

describe('cancel()', () => {
  let rig: Rig;
  let reference: JobReference;
  let states: unknown[];
  beforeEach(async () => {
    rig = await startRig();
    reference = rig.simulated.addJob({ JobState: 4 });
    states = [];
  });
  afterEach(() => rig.close());

  const become = (JobState: number, properties = {}): void => void rig.simulated.addJob({ ...reference.keys, JobState, properties });
  /** What the host does when it is asked to end the job. */
  function onRequest(act: (times: number) => number): void {
    rig.simulated.onInvoke('Msvm_MigrationJob', 'RequestStateChange', (_path, { RequestedState }) => ({ returnValue: act(states.push(RequestedState)) }));
  }
  const cancel = (options = {}): Promise<void> => rig.host.job(reference).cancel({ ...QUICK, ...options });
  const stateNow = async (): Promise<string> => (await rig.host.job(reference).status()).state;

  it.each([
    [0, {}, 4, 8],
    [4096, {}, 4, 8],
    [0, { kill: true }, 5, 9],
  ])('asks once and waits for the end: return value %i, %j', async (returnValue, options, asked, ends) => {
    onRequest(() => {
      become(6);
      setTimeout(() => become(ends), 60);
      return returnValue;
    });
    await cancel(options);
    expect(states).toEqual([asked]);
    expect(await stateNow()).toBe(ends === 8 ? 'Terminated' : 'Killed');
  });

  it.each([
    [7, 'Completed'],
    [10, 'Exception'],
  ])('resolves when the job ends otherwise: %i', async (ends, state) => {
    onRequest(() => (setTimeout(() => become(ends), 20), 4096));
    await cancel();
    expect(await stateNow()).toBe(state);
  });

  it.each([
    [{}, []],
    [{ kill: true }, [5]],
  ])('only waits for a job that somebody is ending already, unless it is to be killed: %j', async (options, asked) => {
    onRequest(() => 0);
    become(6, { Cancellable: Object.hasOwn(options, 'kill') });
    setTimeout(() => become(8), 60);
    await cancel(options);
    expect(states).toEqual(asked);
    expect(await stateNow()).toBe('Terminated');
  });

  it('refuses a job that has ended, and one that cannot be cancelled', async () => {
    onRequest(() => 0);
    become(4, { Cancellable: false });
    await expect(cancel()).rejects.toThrow(/Cancellable is false/);
    become(7);
    const error: unknown = await cancel().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain('has ended already: Completed');
    expect(states).toEqual([]);
  });

  it('does not take a request whose answer is lost for a failure, and asks again only while the job runs on', async () => {
    onRequest((times) => {
      if (times === 2) become(8);
      return 0;
    });
    const before = rig.simulated.requests.length;
    await rig.host.job(reference).status();
    rig.simulated.trouble({ when: 'response', kind: 'delay', ms: 0 });
    rig.simulated.trouble({ when: 'response', kind: 'drop' });
    await cancel();
    expect(states).toEqual([4, 4]);
    expect(countOf(rig.simulated, 'RequestStateChange', before)).toBe(2);
  });

  it('does not ask again when the request whose answer was lost has worked', async () => {
    onRequest(() => (become(8), 0));
    rig.simulated.trouble({ when: 'response', kind: 'delay', ms: 0 });
    rig.simulated.trouble({ when: 'response', kind: 'drop' });
    await cancel();
    expect(states).toEqual([4]);
  });

  it('waits on when the job cannot be cancelled any more after a lost answer', async () => {
    onRequest(() => {
      become(6, { Cancellable: false });
      setTimeout(() => become(8), 60);
      return 0;
    });
    rig.simulated.trouble({ when: 'response', kind: 'delay', ms: 0 });
    rig.simulated.trouble({ when: 'response', kind: 'drop' });
    await cancel();
    expect(states).toEqual([4]);
  });

  it('takes a job that is gone after the request for ended', async () => {
    onRequest(() => (rig.simulated.removeJob(reference), 0));
    await cancel();
    expect(states).toEqual([4]);
  });

  it('throws of a job that was gone before', async () => {
    rig.simulated.removeJob(reference);
    await expect(cancel()).rejects.toBeInstanceOf(JobGoneError);
  });

  it('does not mind "invalid state" of a job that has just ended', async () => {
    onRequest(() => (become(7), 32775));
    await cancel();
    expect(await stateNow()).toBe('Completed');
  });

  it('does not mind "invalid state" of a job that has ended and is gone', async () => {
    onRequest(() => (rig.simulated.removeJob(reference), 32775));
    await cancel();
    expect(states).toEqual([4]);
  });

  it('signals the job once for each move, however often it looks', async () => {
    const percents: unknown[] = [];
    const stop = onSignal('hyperv-wsman:job', ({ state, percent }) => percents.push(`${state} ${percent}`));
    let looks = 0;
    const status = () => Promise.resolve(statusOf({ JobState: looks++ < 4 ? 4 : 8, PercentComplete: 1 }));
    const lost = () => Promise.reject(new OutcomeUnknownError('No answer'));
    await cancelJob({ reference: REFERENCE, status, requestStateChange: lost }, {}, fakeClock()).finally(stop);
    expect(percents).toEqual(['Running 1', 'Terminated 1']);
  });

  it.each([32775, 32769])('throws a refusal of a job that runs on: %i', async (returnValue) => {
    onRequest(() => returnValue);
    await expect(cancel()).rejects.toMatchObject({ code: 'RETURN_VALUE', returnValue });
    expect(states).toHaveLength(1);
  });

  it('throws a fault that is an answer', async () => {
    await expect(cancel()).rejects.toBeInstanceOf(FaultError);
  });

  it('throws at its deadline when the job does not end', async () => {
    const clock = fakeClock();
    const job = { reference: REFERENCE, status: () => Promise.resolve(statusOf({ JobState: 4 })), requestStateChange: (state: number) => Promise.resolve(void states.push(state)) };
    await expect(cancelJob(job, { timeoutMs: 60_000 }, clock)).rejects.toBeInstanceOf(WatchTimeoutError);
    expect([states, clock.now()]).toEqual([[4], 61_000]);
  });

  it('gives up at its deadline when no answer to its request ever comes', async () => {
    const clock = fakeClock();
    const lost = (state: number, _timeout: null, { timeoutMs = 0 }): Promise<void> => {
      states.push(state);
      clock.advance(timeoutMs);
      return Promise.reject(new OutcomeUnknownError('No answer'));
    };
    const job = { reference: REFERENCE, status: () => Promise.resolve(statusOf({ JobState: 4 })), requestStateChange: lost };
    await expect(cancelJob(job, { timeoutMs: 70_000 }, clock)).rejects.toBeInstanceOf(WatchTimeoutError);
    expect(states).toEqual([4, 4, 4]);
  });

  it('throws the reason of an abort', async () => {
    const controller = new AbortController();
    onRequest(() => (setTimeout(() => controller.abort('enough'), 20), 4096));
    await expect(cancel({ signal: controller.signal })).rejects.toBe('enough');
  });
});

describe('requestStateChange()', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  it('sends the state, and a timeout only when there is one', async () => {
    const sent: unknown[] = [];
    rig.simulated.onInvoke('CIM_ConcreteJob', 'RequestStateChange', (_path, parameters) => (sent.push(parameters), { returnValue: 4096 }));
    const job = rig.host.job(rig.simulated.addJob({ JobState: 4, className: 'Msvm_ConcreteJob' }));
    await job.requestStateChange(4);
    await job.requestStateChange(5, CimInterval.parse('00000000000010.000000:000'));
    expect(sent).toEqual([{ RequestedState: 4 }, { RequestedState: 5, TimeoutPeriod: expect.any(CimInterval) as CimInterval }]);
  });

  it.each([
    ['Msvm_MigrationJob', 32775, 'Invalid state for this operation'],
    ['Msvm_ConcreteJob', 4097, 'Invalid State Transition'],
    ['Msvm_MigrationJob', 77, null],
  ])('throws what %s returns: %i', async (className, returnValue, returnValueName) => {
    rig.simulated.onInvoke(className, 'RequestStateChange', () => ({ returnValue }));
    const error: unknown = await rig.host.job(rig.simulated.addJob({ JobState: 4, className })).requestStateChange(4).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ReturnValueError);
    expect(error).toMatchObject({ method: 'RequestStateChange', returnValue, returnValueName, asked: expect.stringContaining(`RequestStateChange of ${className}`) as string });
  });

  it('is not sent twice', async () => {
    rig.simulated.onInvoke('Msvm_MigrationJob', 'RequestStateChange', () => ({ returnValue: 0 }));
    const job = rig.host.job(rig.simulated.addJob({ JobState: 4 }));
    rig.simulated.trouble({ when: 'response', kind: 'drop' });
    await expect(job.requestStateChange(4)).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(countOf(rig.simulated, 'RequestStateChange')).toBe(1);
  });
});
