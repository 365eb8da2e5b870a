import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobGoneError, ReturnValueError, TransportError } from '../../src/errors.js';
import { errorOf } from '../../src/hyperv/error-list.js';
import { explain, withDescription } from '../../src/hyperv/explain.js';
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

  it('asks again while the connection is lost, for ten seconds for each source', async () => {
    const clock = fakeClock();
    let asked = 0;
    const lost = (): Promise<never> => {
      asked++;
      return Promise.reject(new TransportError('cut'));
    };
    expect(await explain([lost, () => Promise.resolve(said)], clock)).toEqual({ errors: said, fatal: null });
    expect(asked).toBe(41);
    expect(clock.now()).toBe(11_000);
  });

  it('throws the reason of an abort', async () => {
    const controller = new AbortController();
    const source = (): Promise<never> => {
      controller.abort('enough');
      return Promise.reject(new TransportError('cut'));
    };
    await expect(explain([source], fakeClock(), controller.signal)).rejects.toBe('enough');
  });

  it('keeps errors without a message behind those that have one', async () => {
    const silent = errorOf({ MessageID: '21024' });
    const { errors } = await explain([() => Promise.resolve([silent]), () => Promise.reject(new ReturnValueError('GetError', 5, null)), () => Promise.resolve([silent, ...said])], fakeClock());
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

  it('reads warnings from the instance, and makes none up', () => {
    expect(withDescription([], statusOf({ JobState: 32768, ErrorDescription: 'A snapshot was left.' }))[0]?.Message).toBe('A snapshot was left.');
    expect(withDescription([], statusOf({ JobState: 32768 }))).toEqual([]);
  });
});
