import { CommanderError } from 'commander';
import { type ErrorCode, HyperVWsmanError } from '../errors.js';
import type { JobOutcome } from '../hyperv/outcome.js';
import { Interruption } from './io.js';
import { OutputError } from './output.js';

/** The host answered, and the answer was printed. */
export const ANSWERED = 0;
/**
 * What was asked for is not done, or cannot be: a migration failed, was cancelled, or its job is gone and its machine was not
 * found moved; a machine cannot be migrated; a host is not empty.
 */
export const NOT_DONE = 1;
/** The command line could not be understood, or asks for what is refused by default. */
export const USAGE = 2;
/** What became of it is not known: it may be done, or still go on. */
export const OUTCOME_UNKNOWN = 3;
/** With `--exit-code`: the job has an error. */
export const JOB_HAS_ERROR = 10;
/** A defect of this program (`EX_SOFTWARE` of sysexits.h). */
export const INTERNAL_ERROR = 70;
/** What was to be printed could not be written (`EX_IOERR` of sysexits.h). */
export const OUTPUT_FAILED = 74;

/** 1 the host reported a failure or broke the protocol, 2 usage, 3 could not reach it or the outcome is unknown, 4 authentication refused. */
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
  if (error instanceof OutputError) return OUTPUT_FAILED;
  if (error instanceof CommanderError) return error.exitCode === 0 ? ANSWERED : USAGE;
  return INTERNAL_ERROR;
}

/** The status to exit with after a job: whether what it was to do is done. A job that is gone has done it when its machine has moved. */
export function outcomeStatus(outcome: JobOutcome): number {
  if (outcome.kind === 'unknown') return OUTCOME_UNKNOWN;
  return outcome.kind === 'succeeded' || (outcome.kind === 'gone' && outcome.machine === 'moved') ? ANSWERED : NOT_DONE;
}
