import { lookUp } from '../../hyperv/diagnosis/catalogue.js';
import type { MsvmError } from '../../hyperv/error.js';
import type { SimulatedJob } from '../providers/migration-job.js';
import type { MigrationFailure, ResolvedMachine } from './types.js';

/** What a failed job answers to GetErrorEx. */
export type JobErrors = Pick<SimulatedJob, 'errors' | 'errorTexts'>;

/** HRESULTs that the engine itself fails with: MS-ERREF 2.1.1, FACILITY_WIN32 and the Win32 codes of MS-ERREF 2.2. */
export const ERROR_CODE = {
  /** ERROR_NOT_FOUND. */
  notFound: 0x80070490,
  /** ERROR_CANCELLED. */
  cancelled: 0x800704c7,
  /** WSAECONNRESET: the other end has gone away. */
  connectionReset: 0x80072746,
  /** WSAETIMEDOUT: nobody answers. */
  timedOut: 0x8007274c,
  /** WSAECONNREFUSED: nobody listens. */
  connectionRefused: 0x8007274d,
  /** WSAHOST_NOT_FOUND. */
  hostNotFound: 0x80072af9,
} as const;

/** The event by which Hyper-V tells on the source that a migration failed: the general error in front of its cause. */
const FAILED_AT_SOURCE = 21024;
/** The event that tells of a limit that is reached. */
const LIMIT_REACHED = 21501;

/** Who is concerned by an error. */
export type Subject = { readonly machine: ResolvedMachine; readonly source: string };

/** The errors of a failure that was asked for. Without a code the connection was lost. */
export function plannedErrors({ errors, errorTexts, code = ERROR_CODE.connectionReset }: MigrationFailure, subject: Subject): JobErrors {
  if (errorTexts !== undefined) return { errorTexts };
  return errors === undefined ? codeErrors(subject, code) : { errors };
}

/**
 * The errors of a migration that fails with a code: the general one, then one that names the code and says what the catalogue
 * knows of it. The code of an event is its MessageID; that of an HRESULT or NTSTATUS stands in parentheses at the end of the
 * text, and its MessageID is null, as it follows from the place in Hyper-V where the failure was met, which a code does not tell.
 */
export function codeErrors(subject: Subject, code: number): JobErrors {
  const entries = lookUp(code);
  const error = entries.find(({ kind }) => kind === 'hresult' || kind === 'ntstatus');
  const event = entries.find(({ kind }) => kind === 'event');
  const what = `The migration of '${subject.machine.name}' could not go on. ${(event ?? error)?.meaning ?? ''}`.trimEnd();
  const isEvent = event !== undefined || (error === undefined && code <= 0xffff);
  return isEvent ? because(subject, what, String(code)) : because(subject, `${what} (0x${hex(code)})`, null);
}

/** The errors of a migration beyond the limit of a host. */
export function limitErrors(subject: Subject, limit: number): JobErrors {
  return because(subject, `'${subject.machine.name}' cannot be moved now: the limit of ${limit} migrations at a time was reached. Wait until one of them has ended.`, String(LIMIT_REACHED));
}

/** The errors of a machine that cannot run on the processors of a host. */
export function processorErrors(subject: Subject, destination: string): JobErrors {
  return because(subject, `'${subject.machine.name}' uses features of its processor that the physical computer '${destination}' does not have.`, null);
}

function because(subject: Subject, message: string, messageId: string | null): JobErrors {
  const { machine, source } = subject;
  const general = `The migration of virtual machine '${machine.name}' failed at its source '${source}'. (Virtual machine ID ${machine.id})`;
  return { errors: [error(general, String(FAILED_AT_SOURCE), subject), error(message, messageId, subject)] };
}

/** Numbers as Hyper-V was seen to send them with event 21024. */
function error(message: string, messageId: string | null, { machine, source }: Subject): Partial<MsvmError> {
  return {
    CIMStatusCode: 1,
    ErrorSourceFormat: 0,
    ErrorType: 4,
    Message: message,
    MessageArguments: [machine.name, machine.id, source],
    MessageID: messageId,
    OwningEntity: 'Microsoft-Windows-Hyper-V-VMMS',
    PerceivedSeverity: 5,
    ProbableCause: 0,
  };
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(8, '0');
}
