import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitStatus } from '../../src/cli/exit-status.js';
import { Interruption } from '../../src/cli/io.js';
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
    [130, new Interruption('SIGINT')],
    [143, new Interruption('SIGTERM')],
  ])('is %i for %s', (status, error) => {
    expect(exitStatus(error)).toBe(status);
  });
});
