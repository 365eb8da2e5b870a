import { describe, expect, it } from 'vitest';
import { type FaultData, FaultError, JobGoneError, ProtocolError, TransportError, UsageError } from '../../src/errors.js';
import { isPassing } from '../../src/hyperv/passing.js';

const FAULT: FaultData = {
  ...{ status: 500, soapCode: 'Sender', subcode: null, reason: '', lang: null, faultDetail: null, wsman: null },
  ...{ provider: null, wmi: null, hresult: null, machine: null, messages: [] },
};
const fault = (data: Partial<FaultData>): FaultError => new FaultError('', { ...FAULT, ...data });

describe('isPassing', () => {
  it.each<[what: string, error: unknown, isIt: boolean]>([
    ['a lost connection', new TransportError('', { status: 503 }), true],
    ['a garbled answer', new ProtocolError(''), true],
    ['a provider that fails', fault({ subcode: 'InternalError' }), true],
    ['DestinationUnreachable, as of a host whose management service is stopped', fault({ subcode: 'DestinationUnreachable', wsman: 2150858752, hresult: 0x80338000 }), true],
    // WBEM_E_INVALID_CLASS
    ['a class that the host does not have', fault({ subcode: 'DestinationUnreachable', wmi: 0x80041010 }), false],
    ['the same as the code of the fault', fault({ hresult: 0x80041010 }), false],
    ['access denied', fault({ subcode: 'AccessDenied' }), false],
    ['a job that is gone', new JobGoneError('', FAULT), false],
    ['a mistake of the caller', new UsageError(''), false],
  ])('%s', (_what, error, isIt) => {
    expect(isPassing(error)).toBe(isIt);
  });
});
