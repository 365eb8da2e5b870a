import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { CimInterval } from '../../src/cim/datetime.js';
import type { CallOptions } from '../../src/client/options.js';
import { AuthError, FaultError, type FaultData, JobGoneError, ProtocolError, TimeoutError, TlsError, TransportError, UsageError } from '../../src/errors.js';
import { SYSTEM_CLOCK } from '../../src/hyperv/clock.js';
import type { JobStatus } from '../../src/hyperv/job-status.js';
import { Observations } from '../../src/hyperv/observations.js';
import { type WatchOptions, WatchTimeoutError, type Watched, watchJob } from '../../src/hyperv/watch.js';
import { REFERENCE, type Rig, hideComputer, fakeClock, seedComputer, startRig, statusOf } from './support.js';

const FAULT: FaultData = {
  status: 500, soapCode: 'Sender', subcode: null, reason: 'No.', lang: null, faultDetail: null,
  wsman: null, provider: null, wmi: null, hresult: null, machine: null, messages: [],
};
const fault = (data: Partial<FaultData>): FaultError => new FaultError('No.', { ...FAULT, ...data });
const running = (PercentComplete: number, more = {}): JobStatus => statusOf({ JobState: 4, PercentComplete, ...more });
const DONE = statusOf({ JobState: 7, PercentComplete: 100 });

type Answer = JobStatus | Error;

/** A job that gives these answers in turn, and the last one for ever; `takesMs` goes by with each. */
function scripted(answers: readonly Answer[], takesMs = 0): { job: Watched; clock: ReturnType<typeof fakeClock>; calls: CallOptions[]; asked: number[] } {
  const clock = fakeClock();
  const calls: CallOptions[] = [];
  const asked: number[] = [];
  const job: Watched = {
    reference: REFERENCE,
    status: (call = {}) => {
      const answer = answers[Math.min(calls.length, answers.length - 1)]!;
      calls.push(call);
      asked.push(clock.now());
      clock.advance(takesMs);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return { job, clock, calls, asked };
}

async function follow(answers: readonly Answer[], options: WatchOptions = {}, takesMs = 0) {
  const { job, clock, calls, asked } = scripted(answers, takesMs);
  const seen: JobStatus[] = [];
  const observations = new Observations();
  let error: unknown = null;
  try {
    for await (const status of watchJob(job, options, { clock, observations })) seen.push(status);
  } catch (caught) {
    error = caught;
  }
  return { seen: seen.map(({ percent }) => percent), error, slept: clock.slept, calls, asked, noted: observations.list().map((one) => one.seen) };
}

describe('watchJob', () => {
  it('gives the first status at once, then each change, and the end', async () => {
    const { seen, error } = await follow([running(0), running(0), running(10), running(10, { JobStatus: 'Copying' }), running(10, { JobStatus: 'Copying' }), DONE]);
    expect([seen, error]).toEqual([[0, 10, 10, 100], null]);
  });

  it('is over at once for a job that has ended', async () => {
    expect(await follow([DONE])).toMatchObject({ seen: [100], slept: [], error: null });
  });

  it('pauses longer by half while nothing changes, up to the slowest, and begins again with a change', async () => {
    const same = Array.from({ length: 5 }, () => running(5));
    const { slept } = await follow([...same, running(6), running(6), DONE], { firstPollMs: 100, slowestPollMs: 300 });
    expect(slept).toEqual([100, 150, 225, 300, 300, 100, 150]);
  });

  it('never pauses longer than a quarter of the time that the host keeps an ended job', async () => {
    const brief = running(5, { TimeBeforeRemoval: CimInterval.fromMilliseconds(2000) });
    const { slept } = await follow([...Array.from({ length: 4 }, () => brief), DONE], { firstPollMs: 400, slowestPollMs: 5000 });
    expect(slept).toEqual([400, 500, 500, 500]);
  });

  it.each([
    ['does not say how long it keeps the job', {}],
    ['says 0', { TimeBeforeRemoval: CimInterval.fromMilliseconds(0) }],
  ])('takes five minutes where the host %s, and where it was never seen', async (_name, more) => {
    const answers = [new TransportError('cut'), running(5, more), running(5, more), DONE];
    const { slept } = await follow(answers, { firstPollMs: 3_600_000, slowestPollMs: 3_600_000, unreachableMs: 7_200_000 });
    expect(slept).toEqual([75_000, 75_000, 75_000]);
  });

  it.each([
    ['a lost connection', new TransportError('cut')],
    ['HTTP 503', new TransportError('busy', { status: 503 })],
    ['no answer in time', new TimeoutError('slow', 5)],
    ['a garbled answer', new ProtocolError('junk')],
    ['a fault that may pass', fault({ wmi: 0x80041033 })],
    ['a job that is not found where nothing is', fault({ subcode: 'DestinationUnreachable' })],
  ])('bears %s', async (_name, error) => {
    const outcome = await follow([running(1), error, error, running(2), DONE]);
    expect(outcome).toMatchObject({ seen: [1, 2, 100], error: null });
    expect(outcome.noted).toEqual([`No answer about the job: ${error.message}`, 'The host answers again']);
  });

  it.each([
    ['the job is gone', new JobGoneError('gone', FAULT)],
    ['the certificate is refused', new TlsError('no')],
    ['the client is closed', new UsageError('closed')],
    ['access is denied by WinRM', fault({ wsman: 5 })],
    ['access is denied by Windows', fault({ hresult: 0x80070005 })],
    ['access is denied by WMI', fault({ wmi: 0x80041003 })],
    ['access is denied by the protocol', fault({ subcode: 'AccessDenied' })],
  ])('throws at once when %s', async (_name, error) => {
    expect(await follow([running(1), error])).toMatchObject({ seen: [1], error, slept: [250] });
  });

  it('throws at once when the first logon is refused', async () => {
    expect(await follow([new AuthError('no'), running(1)])).toMatchObject({ seen: [], error: { code: 'AUTH' }, slept: [] });
  });

  it('logs on twice more, with the longest pause, when a logon is refused after one was accepted; a third time could lock the account', async () => {
    const no = new AuthError('no');
    expect(await follow([running(1), no, no, running(2), no, no, DONE])).toMatchObject({ seen: [1, 2, 100], error: null, slept: [250, 5000, 5000, 250, 5000, 5000] });
    expect(await follow([running(1), no, no, no, DONE])).toMatchObject({ seen: [1], error: no, slept: [250, 5000, 5000] });
  });

  it('throws the last failure after so long without any answer, and asks a last time then', async () => {
    const last = new TransportError('still cut');
    const { error, asked } = await follow([running(1), new TransportError('cut'), last], { unreachableMs: 1000, firstPollMs: 400, slowestPollMs: 600 });
    expect(error).toBe(last);
    expect(asked).toEqual([1000, 1400, 2000, 2400]);
  });

  it('counts the time without an answer anew after each answer', async () => {
    const cut = new TransportError('cut');
    const { error } = await follow([running(1), cut, cut, running(1), cut, cut, DONE], { unreachableMs: 1000, firstPollMs: 400, slowestPollMs: 400 });
    expect(error).toBeNull();
  });

  it('does not count the time of a slow consumer as time without an answer', async () => {
    const { job, clock } = scripted([running(1), new TransportError('cut'), DONE]);
    const seen: (number | null)[] = [];
    for await (const { percent } of watchJob(job, { unreachableMs: 1000 }, { clock })) {
      seen.push(percent);
      clock.advance(3_600_000);
    }
    expect(seen).toEqual([1, 100]);
  });

  it('throws a TimeoutError at its deadline that tells what the job was at', async () => {
    const { error, asked } = await follow([running(41)], { timeoutMs: 1000, firstPollMs: 400 });
    expect(error).toBeInstanceOf(WatchTimeoutError);
    expect(error).toMatchObject({ code: 'TIMEOUT', timeoutMs: 1000, message: expect.stringContaining('Running at 41 %') as string, status: { percent: 41 } });
    expect(asked).toEqual([1000, 1400]);
  });

  it('throws the TimeoutError of its deadline when the host does not answer until then', async () => {
    const { error } = await follow([new TransportError('cut')], { timeoutMs: 1000 });
    expect(error).toBeInstanceOf(WatchTimeoutError);
    expect(error).toMatchObject({ timeoutMs: 1000, status: null, message: expect.stringContaining('was not seen') as string });
  });

  it('gives no poll more time than what is left', async () => {
    const { calls } = await follow([running(1)], { timeoutMs: 40_000, firstPollMs: 20_000, slowestPollMs: 20_000 });
    expect(calls.map(({ timeoutMs }) => timeoutMs)).toEqual([30_000, 20_000]);
  });

  it('gives no poll more time than the silence that is borne', async () => {
    const { calls } = await follow([new TimeoutError('slow', 1)], { unreachableMs: 20_000, firstPollMs: 12_000, slowestPollMs: 12_000 });
    expect(calls.map(({ timeoutMs }) => timeoutMs)).toEqual([20_000, 8000, 1000]);
  });

  it('throws a TimeoutError that tells the percentage when the job does not move', async () => {
    const { error, seen, asked } = await follow([running(10), running(20), running(20, { JobStatus: 'Still copying' })], { stallMs: 1000, firstPollMs: 400, slowestPollMs: 400 });
    expect(error).toBeInstanceOf(WatchTimeoutError);
    expect(error).toMatchObject({ timeoutMs: 1000, message: expect.stringContaining('Running at 20 %') as string });
    expect(seen).toEqual([10, 20, 20]);
    expect(asked).toEqual([1000, 1400, 1800, 2200, 2400]);
  });

  it('does not count the time of a slow consumer as time without a move', async () => {
    const { job, clock } = scripted([running(1), running(2), DONE]);
    const seen: (number | null)[] = [];
    for await (const { percent } of watchJob(job, { stallMs: 1000 }, { clock })) {
      seen.push(percent);
      clock.advance(5000);
    }
    expect(seen).toEqual([1, 2, 100]);
  });

  it.each([{ timeoutMs: 0 }, { stallMs: -1 }, { unreachableMs: Number.NaN }, { firstPollMs: 0.5 }, { slowestPollMs: Infinity }])('refuses %j', async (options) => {
    const { error, calls } = await follow([DONE], options);
    expect(error).toBeInstanceOf(UsageError);
    expect(calls).toEqual([]);
  });

  it('asks nothing when it is aborted before', async () => {
    const { error, calls } = await follow([DONE], { signal: AbortSignal.abort('enough') });
    expect([error, calls]).toEqual(['enough', []]);
  });

  it('throws the reason when it is aborted while it asks', async () => {
    const controller = new AbortController();
    const job: Watched = {
      reference: REFERENCE,
      status: () => {
        controller.abort('enough');
        return Promise.reject(new TransportError('cut'));
      },
    };
    await expect(watchJob(job, { signal: controller.signal }).next()).rejects.toBe('enough');
  });

  it('throws the reason at once when it is aborted while it pauses, and leaves no timer', async () => {
    const controller = new AbortController();
    const { job } = scripted([running(1)]);
    const statuses = watchJob(job, { signal: controller.signal, firstPollMs: 3_600_000, slowestPollMs: 3_600_000 });
    await statuses.next();
    const timers = timerCount();
    const next = statuses.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(timerCount()).toBe(timers + 1);
    controller.abort('enough');
    await expect(next).rejects.toBe('enough');
    expect(timerCount()).toBe(timers);
  });

  it('leaves no timer when the consumer leaves', async () => {
    const timers = timerCount();
    for await (const { percent } of watchJob(scripted([running(1)]).job)) if (percent === 1) break;
    expect(timerCount()).toBe(timers);
  });

  async function published(act: () => Promise<unknown>): Promise<unknown[]> {
    const messages: unknown[] = [];
    const listen = (message: unknown): void => void messages.push(message);
    subscribe('hyperv-wsman:job', listen);
    await act().finally(() => unsubscribe('hyperv-wsman:job', listen));
    return messages;
  }

  it('publishes every move, and no other change', async () => {
    const messages = await published(() => follow([running(1), running(1, { JobStatus: 'Copying' }), running(2), DONE]));
    const job = { host: 'hv01:5985', className: 'Msvm_MigrationJob', instanceId: REFERENCE.keys.InstanceID };
    expect(messages).toEqual([
      { ...job, state: 'Running', percent: 1 },
      { ...job, state: 'Running', percent: 2 },
      { ...job, state: 'Completed', percent: 100 },
    ]);
  });

  it('publishes a first status only when it is not what was told before', async () => {
    const { job, clock } = scripted([running(1), running(2), DONE]);
    const messages = await published(async () => {
      for await (const status of watchJob(job, {}, { clock, told: running(1) })) if (status.phase !== 'running') break;
    });
    expect(messages).toMatchObject([{ percent: 2 }, { percent: 100 }]);
  });
});

/** The timers of this process, as Node counts them. */
function timerCount(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('SYSTEM_CLOCK', () => {
  it('sleeps', async () => {
    const before = SYSTEM_CLOCK.now();
    await SYSTEM_CLOCK.sleep(5);
    expect(SYSTEM_CLOCK.now()).toBeGreaterThan(before);
  });

  it('warns of nothing when many sleep with one signal', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const controller = new AbortController();
    const sleeps = Array.from({ length: 50 }, () => SYSTEM_CLOCK.sleep(60_000, controller.signal).catch((reason: unknown) => reason));
    controller.abort('enough');
    expect(new Set(await Promise.all(sleeps))).toEqual(new Set(['enough']));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('watch() on a simulated host', () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const quick = { firstPollMs: 5, slowestPollMs: 10 };

  async function watched(change: (seen: number) => void | Promise<void>, options: WatchOptions = {}) {
    rig = await startRig();
    const reference = rig.simulated.addJob({ JobState: 4, properties: { PercentComplete: 0 } });
    const { InstanceID } = reference.keys;
    const step = (PercentComplete: number): void => void rig.simulated.addJob({ InstanceID, JobState: PercentComplete === 100 ? 7 : 4, properties: { PercentComplete } });
    const seen: (number | null)[] = [];
    for await (const { percent } of rig.host.migrationJob(reference).watch({ ...quick, ...options })) {
      seen.push(percent);
      await change(seen.length);
      if (percent !== 100) step(seen.length === 1 ? 50 : 100);
    }
    return seen;
  }

  it('follows a job to its end', async () => {
    expect(await watched(() => undefined)).toEqual([0, 50, 100]);
  });

  it.each([
    ['connections that are cut', { when: 'response', kind: 'drop', times: 6 }],
    ['HTTP 503', { when: 'request', kind: 'status', status: 503, times: 4 }],
    ['answers whose signature is wrong', { when: 'response', kind: 'badSignature', times: 3 }],
    ['half an answer', { when: 'response', kind: 'truncate', times: 3 }],
    ['a session that the host has forgotten', { when: 'request', kind: 'status', status: 401, times: 1 }],
  ] as const)('bears %s in the middle', async (_name, trouble) => {
    expect(await watched((seen) => (seen === 1 ? rig.simulated.trouble(trouble) : undefined))).toEqual([0, 50, 100]);
  });

  it('bears a management service that is stopped, and does not take the job for gone', async () => {
    rig = await startRig();
    const properties = { PercentComplete: 3 };
    const reference = rig.simulated.addJob({ JobState: 4, properties });
    const seen: (number | null)[] = [];
    for await (const { percent } of rig.host.migrationJob(reference).watch(quick)) {
      seen.push(percent);
      if (percent !== 3) continue;
      rig.simulated.removeJob(reference);
      hideComputer(rig.simulated);
      setTimeout(() => {
        seedComputer(rig.simulated);
        rig.simulated.addJob({ ...reference.keys, JobState: 7, properties: { PercentComplete: 100 } });
      }, 100);
    }
    expect(seen).toEqual([3, 100]);
  });

  it('says that the job is gone when the host was rebooted in the middle, once it shows itself again', async () => {
    rig = await startRig();
    const reference = rig.simulated.addJob({ JobState: 4 });
    const statuses = rig.host.migrationJob(reference).watch(quick)[Symbol.asyncIterator]();
    await statuses.next();
    await rig.simulated.reboot({ downMs: 50, vmmsDelayMs: 100 });
    await expect(statuses.next()).rejects.toMatchObject({ code: 'JOB_GONE' });
  });

  it('throws when the password has changed in the middle', async () => {
    let password = 'Simulated-1';
    rig = await startRig();
    const { HyperVHost } = await import('../../src/hyperv/host.js');
    const host = new HyperVHost({ url: rig.simulated.url, auth: { type: 'ntlm', username: 'Administrator', password: () => password } });
    const reference = rig.simulated.addJob({ JobState: 4 });
    const statuses = host.migrationJob(reference).watch(quick)[Symbol.asyncIterator]();
    await statuses.next();
    password = 'wrong';
    rig.simulated.trouble({ when: 'request', kind: 'drop' });
    await expect(statuses.next()).rejects.toBeInstanceOf(AuthError);
    await host.close();
  });
});
