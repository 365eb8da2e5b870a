import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitStatus, outcomeStatus } from '../../src/cli/exit-status.js';
import { Interruption } from '../../src/cli/io.js';
import { OutputError } from '../../src/cli/output.js';
import {
  AuthError,
  EnumerationExpiredError,
  type FaultData,
  FaultError,
  JobGoneError,
  LimitError,
  OutcomeUnknownError,
  ProtocolError,
  ReturnValueError,
  TimeoutError,
  TlsError,
  TransportError,
  UsageError,
} from '../../src/errors.js';
import { type JobOutcome, toOutcome } from '../../src/hyperv/outcome.js';

const FAULT: FaultData = {
  status: 500,
  soapCode: 'Sender',
  subcode: null,
  reason: '',
  lang: null,
  faultDetail: null,
  wsman: null,
  provider: null,
  wmi: null,
  hresult: null,
  machine: null,
  messages: [],
};

describe('exitStatus', () => {
  it.each<[status: number, error: unknown]>([
    [1, new FaultError('', FAULT)],
    [1, new JobGoneError('', FAULT)],
    [1, new EnumerationExpiredError('', FAULT)],
    [1, new ReturnValueError('GetError', 32769, 'Access Denied')],
    [1, new ProtocolError('')],
    [1, new LimitError('')],
    [2, new UsageError('')],
    [2, new CommanderError(1, 'commander.unknownOption', '')],
    [0, new CommanderError(0, 'commander.helpDisplayed', '')],
    [3, new TransportError('', { status: 503 })],
    [3, new TlsError('')],
    [3, new TimeoutError('', 1)],
    [3, new OutcomeUnknownError('')],
    [4, new AuthError('')],
    [70, new TypeError('x is not a function')],
    [70, 'thrown text'],
    [74, new OutputError(new Error('ENOSPC: no space left on device'))],
    [130, new Interruption('SIGINT')],
    [143, new Interruption('SIGTERM')],
  ])('is %i for %s', (status, error) => {
    expect(exitStatus(error)).toBe(status);
  });
});

describe('outcomeStatus', () => {
  const evidence = { reference: { host: 'hv01:5985', namespace: 'root/virtualization/v2', className: 'Msvm_MigrationJob', keys: { InstanceID: '1' } }, status: null, observations: [] };

  it.each<[status: number, outcome: JobOutcome]>([
    [0, toOutcome({ kind: 'succeeded', evidence, warnings: [] })],
    [1, toOutcome({ kind: 'failed', evidence, errors: [] })],
    [1, toOutcome({ kind: 'cancelled', evidence, errors: [] })],
    [0, toOutcome({ kind: 'gone', evidence, machine: 'moved', fault: null })],
    [1, toOutcome({ kind: 'gone', evidence, machine: 'notMoved', fault: null })],
    [1, toOutcome({ kind: 'gone', evidence, machine: 'unknown', fault: null })],
    [3, toOutcome({ kind: 'unknown', evidence, cause: null })],
  ])('is %i for %j', (status, outcome) => {
    expect(outcomeStatus(outcome)).toBe(status);
  });
});
