import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthError, JobGoneError, ReturnValueError, TransportError } from '../../src/errors.js';
import { errorOf } from '../../src/hyperv/error-list.js';
import { type ErrorSource, explain, withDescription } from '../../src/hyperv/explain.js';
import type { MethodAnswer } from '../../src/testing/methods.js';
import { fixture } from '../fixture.js';
import { type Rig, countOf, fakeClock, startRig, statusOf } from './support.js';

const GENERAL = fixture('cim/msvm-error-21024.xml');
const CAUSE = fixture('cim/msvm-error-20413.xml');

describe('errors() of a job', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.close());

  /** A failed job, and what its methods answer instead of the simulated host's own answers. */
  function jobOf(job: Partial<Parameters<Rig['simulated']['addJob']>[0]>, answers: Readonly<Record<string, () => MethodAnswer>> = {}) {
    const reference = rig.simulated.addJob({ JobState: 10, className: 'Msvm_StorageJob', properties: { ErrorDescription: '', ErrorSummaryDescription: '' }, ...job });
    for (const [method, answer] of Object.entries(answers)) rig.simulated.onInvoke('Msvm_StorageJob', method, answer);
    return rig.host.job(reference);
  }
  const none: MethodAnswer = { returnValue: 0 };
  const failing: MethodAnswer = { returnValue: 32775 };

  it('gives what GetErrorEx says, and asks no further', async () => {
    const job = jobOf({ className: 'Msvm_MigrationJob', errorTexts: [GENERAL, CAUSE] });
    const from = rig.simulated.requests.length;
    expect((await job.errors()).map(({ MessageID }) => MessageID)).toEqual(['21024', '20413']);
    expect(rig.simulated.requests.slice(from).map(({ method }) => method)).toEqual(['GetErrorEx']);
  });

  it('keeps the text of an element that does not decode as its message, in its place', async () => {
    const errors = await jobOf({ className: 'Msvm_MigrationJob', errorTexts: [GENERAL, 'Kein Platz auf dem Datenträger.', CAUSE] }).errors();
    expect(errors.map(({ MessageID, Message }) => [MessageID, Message?.slice(0, 11)])).toEqual([
      ['21024', expect.any(String)],
      [null, 'Kein Platz '],
      ['20413', expect.any(String)],
    ]);
  });

  it.each([
    ['has no errors', (): MethodAnswer => none],
    ['fails', (): MethodAnswer => failing],
    [
      'answers with a fault',
      (): MethodAnswer => {
        throw new Error('provider');
      },
    ],
    ['has an error without a message', (): MethodAnswer => ({ returnValue: 0, out: { Errors: ['<INSTANCE CLASSNAME="Msvm_Error"></INSTANCE>'] } })],
  ])('asks GetError when GetErrorEx %s', async (_name, GetErrorEx) => {
    const errors = await jobOf({}, { GetErrorEx, GetError: () => ({ returnValue: 0, out: { Error: CAUSE } }) }).errors();
    expect(errors[0]?.MessageID).toBe('20413');
  });

  it('reads the instance when neither method says anything: the summary first', async () => {
    const properties = { ErrorSummaryDescription: 'It failed.', ErrorDescription: 'The disk is full.', ErrorCode: 32773 };
    const errors = await jobOf({ properties }, { GetErrorEx: () => failing, GetError: () => none }).errors();
    expect(errors.map(({ Message, CIMStatusCodeDescription, MessageID }) => [Message, CIMStatusCodeDescription, MessageID])).toEqual([
      ['It failed.', 'ErrorCode 32773', null],
      ['The disk is full.', 'ErrorCode 32773', null],
    ]);
  });

  it('says at least that there is no reason, with what the job ended in', async () => {
    const properties = { ErrorSummaryDescription: ' ', ErrorDescription: '', ErrorCode: 32768 };
    const errors = await jobOf({ properties }, { GetErrorEx: () => none, GetError: () => none }).errors();
    expect(errors.map(({ Message }) => Message)).toEqual(['The host gives no reason: the job ended in state Exception with ErrorCode 32768']);
  });

  it.each([4, 7, 8])('has none in state %i when the host says nothing', async (JobState) => {
    expect(await jobOf({ JobState }, { GetErrorEx: () => none, GetError: () => none }).errors()).toEqual([]);
  });

  it('bears lost connections', async () => {
    const job = jobOf({ className: 'Msvm_MigrationJob', errorTexts: [GENERAL] });
    rig.simulated.trouble({ when: 'response', kind: 'drop', times: 4 });
    expect((await job.errors()).map(({ MessageID }) => MessageID)).toEqual(['21024']);
  });

  it('keeps to its time while the connection is lost', async () => {
    const away = await startRig();
    const job = away.host.job(away.simulated.addJob({ JobState: 10, errorTexts: [GENERAL] }));
    await away.simulated.close();
    await expect(job.errors({ timeoutMs: 300 })).rejects.toBeInstanceOf(TransportError);
    await away.close();
  });

  it('says that the job is gone, once', async () => {
    const job = jobOf({ className: 'Msvm_MigrationJob' });
    rig.simulated.removeJob(job.reference);
    const from = rig.simulated.requests.length;
    await expect(job.errors()).rejects.toBeInstanceOf(JobGoneError);
    expect(countOf(rig.simulated, 'GetErrorEx', from)).toBe(1);
    expect(countOf(rig.simulated, 'GetError', from)).toBe(0);
  });
});

describe('explain', () => {
  const said = [errorOf({ Message: 'Because.' })];

  const cut = new TransportError('cut');
  /** A source that cannot be reached for so many tries, and writes down the time that each is given. */
  function lostFor(tries: number, given: number[] = [], takesMs = 0, clock = fakeClock()): ErrorSource {
    return ({ timeoutMs }) => {
      given.push(timeoutMs);
      clock.advance(Math.min(takesMs, timeoutMs));
      return given.length > tries ? Promise.resolve(said) : Promise.reject(cut);
    };
  }

  it('asks again while the connection is lost, more and more seldom', async () => {
    const clock = fakeClock();
    expect(await explain([lostFor(10)], { timeoutMs: 60_000 }, clock)).toEqual({ errors: said, failure: null, isOver: false });
    expect(clock.slept).toEqual([250, 375, 562.5, 843.75, 1265.625, 1898.4375, 2847.65625, 4271.484375, 5000, 5000]);
  });

  it('asks the next source in what is left of the time, and tells that the first was not heard', async () => {
    const clock = fakeClock();
    const given: number[] = [];
    expect(await explain([lostFor(Infinity), lostFor(0, given)], { timeoutMs: 1000 }, clock)).toEqual({ errors: said, failure: cut, isOver: false });
    expect([clock.slept, given]).toEqual([[250, 375], [375]]);
  });

  it('gives each try 30 seconds, and never more than is left of all the time', async () => {
    const clock = fakeClock();
    const given: number[] = [];
    const answer = await explain([lostFor(Infinity, given, 30_000, clock), lostFor(0, given)], { timeoutMs: 70_000 }, clock);
    expect(answer).toEqual({ errors: [], failure: cut, isOver: true });
    expect(given).toEqual([30_000, 30_000, 9375]);
    expect(clock.now()).toBe(71_000);
  });

  it('asks no further when the job is gone, and tells so', async () => {
    const gone = new AuthError('No.');
    const answer = await explain([() => Promise.reject(gone), () => Promise.resolve(said)], { timeoutMs: 1000 }, fakeClock());
    expect(answer).toEqual({ errors: [], failure: gone, isOver: true });
  });

  it('throws the reason of an abort', async () => {
    const controller = new AbortController();
    const source = (): Promise<never> => {
      controller.abort('enough');
      return Promise.reject(new TransportError('cut'));
    };
    await expect(explain([source], { timeoutMs: 1000, signal: controller.signal }, fakeClock())).rejects.toBe('enough');
  });

  it('keeps errors without a message behind those that have one', async () => {
    const silent = errorOf({ MessageID: '21024' });
    const failure = new ReturnValueError('GetError', 5, null);
    const sources = [() => Promise.resolve([silent]), () => Promise.reject(failure), () => Promise.resolve([silent, ...said])];
    const { errors, failure: told } = await explain(sources, { timeoutMs: 1000 }, fakeClock());
    expect(told).toBe(failure);
    expect(errors.map(({ Message, MessageID }) => Message ?? MessageID)).toEqual(['Because.', '21024']);
  });
});

describe('withDescription', () => {
  const silent = errorOf({ MessageID: '21024' });

  it('adds nothing to what has a message', () => {
    const errors = [errorOf({ Message: 'Because.' })];
    expect(withDescription(errors, statusOf({ JobState: 10, ErrorDescription: 'Other.' }))).toBe(errors);
  });

  it('does not say the same twice', () => {
    expect(withDescription([], statusOf({ JobState: 10, ErrorSummaryDescription: 'A', ErrorDescription: 'A' }))).toHaveLength(1);
  });

  it('puts what it adds in front', () => {
    const errors = withDescription([silent], statusOf({ JobState: 10 }));
    expect(errors.map(({ Message }) => Message)).toEqual(['The host gives no reason: the job ended in state Exception', null]);
  });

  it('says that the reason could not be asked for, and not in words that hold a code', () => {
    const failure = new TransportError('Access is denied (0x80070005)');
    const [error] = withDescription([], statusOf({ JobState: 10, ErrorCode: 32768 }), failure);
    expect(error?.Message).toBe('The reason could not be asked for (TRANSPORT): the job ended in state Exception with ErrorCode 32768');
    expect(withDescription([], statusOf({ JobState: 10, ErrorDescription: 'The disk is full.' }), failure).map(({ Message }) => Message)).toEqual(['The disk is full.']);
  });

  it('reads warnings from the instance, and makes none up', () => {
    expect(withDescription([], statusOf({ JobState: 32768, ErrorDescription: 'A snapshot was left.' }))[0]?.Message).toBe('A snapshot was left.');
    expect(withDescription([], statusOf({ JobState: 32768 }))).toEqual([]);
  });
});
