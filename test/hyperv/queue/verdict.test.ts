import { describe, expect, it } from 'vitest';
import { AuthError, FaultError, OutcomeUnknownError, ProtocolError, ReturnValueError, TransportError, UsageError } from '../../../src/errors.js';
import { notBegun, rejected } from '../../../src/hyperv/queue/verdict.js';

const returned = (value: number): ReturnValueError => new ReturnValueError('MigrateVirtualSystemToHost', value, null);
/** @param hresult - the code of the fault's innermost layer */
const fault = (hresult: number): FaultError =>
  new FaultError('no', {
    ...{ status: 500, soapCode: 'Receiver', subcode: null, reason: 'no', lang: null, faultDetail: null, wsman: null, provider: null, wmi: null },
    ...{ hresult, machine: null, messages: [] },
  });

describe('a request to migrate that was rejected', () => {
  it.each([
    ['return value 32768 Failed', returned(32768)],
    ['return value 32771 Status is unknown', returned(32771)],
    ['return value 32772 Timeout', returned(32772)],
    ['a return value that nobody knows', returned(99)],
    ['the internal error of WinRM', fault(0x803381a6)],
    ['a service that went away', fault(0x800706be)],
    ['an answer that cannot be read', new ProtocolError('no envelope')],
    ['a lost answer', new OutcomeUnknownError('lost')],
  ])('may have begun after %s', (_name, error) => {
    expect(rejected(error)).toBeNull();
  });

  it.each([
    ['32769 Access Denied', returned(32769), false],
    ['32773 Invalid parameter', returned(32773), false],
    ['32775 Invalid state for this operation', returned(32775), true],
    ['access that is denied by a fault', fault(0x80070005), false],
    ['no connection', new TransportError('refused'), true],
    ['a wrong password', new AuthError('refused'), false],
    ['a mistake of the caller', new UsageError('no'), false],
  ])('has not begun after %s; tried again: %o %s', (_name, error, mayRetry) => {
    expect(rejected(error)).toMatchObject({ kind: 'failed', error, mayRetry });
  });
});

describe('a request that turned out to have had no effect', () => {
  it.each([
    ['the answer was lost', new OutcomeUnknownError('lost', { cause: new TransportError('reset') }), true],
    ['the host said Failed', new OutcomeUnknownError('open', { cause: returned(32768) }), false],
    ['the host said Timeout', new OutcomeUnknownError('open', { cause: returned(32772) }), true],
    ['a fault was the answer', new OutcomeUnknownError('open', { cause: fault(0x80041001) }), false],
  ])('where %s is tried again: %o %s', (_name, error, mayRetry) => {
    expect(notBegun(error, [])).toMatchObject({ kind: 'failed', error, mayRetry });
  });
});
