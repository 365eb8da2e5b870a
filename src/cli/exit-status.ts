import { CommanderError } from 'commander';
import { type ErrorCode, HyperVWsmanError } from '../errors.js';
import { Interruption } from './io.js';

/** The host answered, and the answer was printed. */
export const ANSWERED = 0;
/** The command line could not be understood, or asks for what is refused by default. */
export const USAGE = 2;
/** With `--exit-code`: the job has an error. */
export const JOB_HAS_ERROR = 10;
/** A defect of this program (`EX_SOFTWARE` of sysexits.h). */
export const INTERNAL_ERROR = 70;

/** 1 the host reported a failure or broke the protocol, 2 usage, 3 could not reach it, 4 authentication refused. */
const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  USAGE,
  PROTOCOL: 1,
  LIMIT: 1,
  FAULT: 1,
  JOB_GONE: 1,
  ENUMERATION_EXPIRED: 1,
  RETURN_VALUE: 1,
  JOB_FAILED: 1,
  TRANSPORT: 3,
  TLS: 3,
  TIMEOUT: 3,
  OUTCOME_UNKNOWN: 3,
  AUTH: 4,
};

/** The status to exit with after an error. Help and version that were asked for come as a CommanderError without a fault: 0. */
export function exitStatus(error: unknown): number {
  if (error instanceof HyperVWsmanError) return STATUS_OF[error.code];
  if (error instanceof Interruption) return error.status;
  if (error instanceof CommanderError) return error.exitCode === 0 ? ANSWERED : USAGE;
  return INTERNAL_ERROR;
}
