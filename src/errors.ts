/**
 * Every error this package throws. One base class, one stable string `code` a class, data in fields, the reason in `cause`.
 *
 * Three kinds are kept apart: you misused the library ({@link UsageError}), the peer broke the protocol
 * ({@link ProtocolError}, {@link LimitError}), the peer reported a failure ({@link FaultError}, {@link JobGoneError},
 * {@link ReturnValueError}, {@link JobError}); and beside them the road between the two ({@link TransportError}, {@link TlsError},
 * {@link AuthError}, {@link TimeoutError}, {@link OutcomeUnknownError}).
 */

/** The stable codes of {@link HyperVWsmanError}, one a class. */
export type ErrorCode =
  | 'USAGE'
  | 'PROTOCOL'
  | 'LIMIT'
  | 'FAULT'
  | 'JOB_GONE'
  | 'ENUMERATION_EXPIRED'
  | 'RETURN_VALUE'
  | 'JOB_FAILED'
  | 'TRANSPORT'
  | 'TLS'
  | 'AUTH'
  | 'TIMEOUT'
  | 'OUTCOME_UNKNOWN';

/**
 * The base of every error of this package; catch it to tell ours from others, switch on `code` to narrow {@link AnyError}.
 *
 * @example
 * ```ts
 * import { HyperVWsmanError } from 'hyperv-wsman';
 * try {
 *   throw new Error('not ours');
 * } catch (error) {
 *   if (error instanceof HyperVWsmanError) console.error(error.code, error.message);
 * }
 * ```
 */
export abstract class HyperVWsmanError extends Error {
  /** Stable, machine-readable; see {@link ErrorCode}. */
  abstract readonly code: ErrorCode;
  /** What was asked of which host, when the error came from a call: `GetError of Msvm_MigrationJob on hv01:5985`. */
  readonly asked: string | null = null;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The caller misused the library: an option, a value or a name it cannot accept. Nothing was sent. Code `USAGE`. */
export class UsageError extends HyperVWsmanError {
  readonly code = 'USAGE';
}

/**
 * The peer sent something that the protocol does not allow: XML that is not well-formed, a wrong RelatesTo, a signature
 * that does not verify, a plain answer on a sealed session. Code `PROTOCOL`.
 */
export class ProtocolError extends HyperVWsmanError {
  readonly code: 'PROTOCOL' | 'LIMIT' = 'PROTOCOL';
  /** The text that could not be decoded, when there is one. Untrusted. */
  readonly text: string | null;
  /** The HTTP status of the answer; `null` when the error has to do with no answer, or comes from below HTTP. */
  readonly status: number | null;

  constructor(message: string, options: { cause?: unknown; text?: string | null; status?: number | null } = {}) {
    super(message, options);
    this.text = options.text ?? null;
    this.status = options.status ?? null;
  }
}

/** An answer, or a request, larger or deeper than a limit allows. Code `LIMIT`. */
export class LimitError extends ProtocolError {
  override readonly code = 'LIMIT';
}

/** What a SOAP fault says, decoded from every layer of its detail; fields that were not sent are `null`. */
export type FaultData = {
  /** HTTP status of the answer that carried the fault; 0 when it was decoded without HTTP. */
  readonly status: number;
  /** Local name of the SOAP code: `Sender`, `Receiver`, `MustUnderstand`, ... (SOAP 1.2 Part 1, 5.4.6). */
  readonly soapCode: string;
  /** Local name of the innermost subcode: `DestinationUnreachable`, `AccessDenied`, `TimedOut`, ... (DSP0226 §14). */
  readonly subcode: string | null;
  /** The Reason text, in the language of `lang`. */
  readonly reason: string;
  /** `xml:lang` of the Reason text. */
  readonly lang: string | null;
  /** The FaultDetail URI (DSP0226 §14.3). */
  readonly faultDetail: string | null;
  /** The Code of the outermost WSManFault, for example 2150858752 (MS-WSMV 2.2.4.43). */
  readonly wsman: number | null;
  /** Name of the provider that failed (ProviderFault). */
  readonly provider: string | null;
  /** The WMI status: the inner WSManFault, the extended error or MSFT_WmiError; as an unsigned 32-bit number. */
  readonly wmi: number | null;
  /** The most specific Windows code among the layers as an HRESULT, unsigned 32-bit: 0x80070005 for access denied. */
  readonly hresult: number | null;
  /** The machine that the inner fault names. */
  readonly machine: string | null;
  /** Every further message in the detail, outermost first, without repetition. */
  readonly messages: readonly string[];
};

/** The peer answered with a SOAP fault. Code `FAULT`. */
export class FaultError extends HyperVWsmanError implements FaultData {
  readonly code: 'FAULT' | 'JOB_GONE' | 'ENUMERATION_EXPIRED' = 'FAULT';
  readonly status: number;
  readonly soapCode: string;
  readonly subcode: string | null;
  readonly reason: string;
  readonly lang: string | null;
  readonly faultDetail: string | null;
  readonly wsman: number | null;
  readonly provider: string | null;
  readonly wmi: number | null;
  readonly hresult: number | null;
  readonly machine: string | null;
  readonly messages: readonly string[];

  constructor(message: string, data: FaultData, options?: { cause?: unknown }) {
    super(message, options);
    this.status = data.status;
    this.soapCode = data.soapCode;
    this.subcode = data.subcode;
    this.reason = data.reason;
    this.lang = data.lang;
    this.faultDetail = data.faultDetail;
    this.wsman = data.wsman;
    this.provider = data.provider;
    this.wmi = data.wmi;
    this.hresult = data.hresult;
    this.machine = data.machine;
    this.messages = data.messages;
  }
}

/**
 * The job's instance no longer exists on the host: Hyper-V removes a job five minutes after it ended
 * (`TimeBeforeRemoval`). Code `JOB_GONE`; the fault that said so is in `cause`.
 */
export class JobGoneError extends FaultError {
  override readonly code = 'JOB_GONE';
}

/**
 * The host has given up an enumeration: the consumer took longer between two pages than the host waits
 * (`EnumerationTimeoutms` of winrm/config, four minutes by default). Start anew. Code `ENUMERATION_EXPIRED`.
 */
export class EnumerationExpiredError extends FaultError {
  override readonly code = 'ENUMERATION_EXPIRED';
}

/** A method ran and returned a value that means failure. Code `RETURN_VALUE`. */
export class ReturnValueError extends HyperVWsmanError {
  readonly code = 'RETURN_VALUE';
  /** The method's ReturnValue. */
  readonly returnValue: number;
  /** Its name in the method's value map, or `null` for a number the map does not know. */
  readonly returnValueName: string | null;
  /** The method that returned it. */
  readonly method: string;

  constructor(method: string, returnValue: number, returnValueName: string | null) {
    super(`${method} returned ${returnValue} (${returnValueName ?? 'a value its reference does not list'})`);
    this.returnValue = returnValue;
    this.returnValueName = returnValueName;
    this.method = method;
  }
}

/**
 * What Hyper-V says of one failure, property by property (class Msvm_Error, all 15 inherited from CIM_Error). What was
 * not sent is `null`; `classOf()` tells the class that was sent.
 */
export type MsvmError = {
  /** A number that `CIMStatusCode.name()` knows; Hyper-V says 1, CIM_ERR_FAILED. */
  readonly CIMStatusCode: number | null;
  readonly CIMStatusCodeDescription: string | null;
  /** What failed, in the format that ErrorSourceFormat tells. */
  readonly ErrorSource: string | null;
  readonly ErrorSourceFormat: number | null;
  /** A number that `ErrorType.name()` knows. */
  readonly ErrorType: number | null;
  /** The text, in the host's language or the one asked for; an HRESULT often stands in it as `(0x8009030E)`. */
  readonly Message: string | null;
  /** What the message is about; for a failed migration the machine's name, its GUID and the source host. */
  readonly MessageArguments: readonly string[] | null;
  /** The event number of the Hyper-V service, as text: `21024`. */
  readonly MessageID: string | null;
  readonly OtherErrorSourceFormat: string | null;
  readonly OtherErrorType: string | null;
  /** Who defines MessageID: `Microsoft-Windows-Hyper-V-VMMS`. */
  readonly OwningEntity: string | null;
  /** A number that `PerceivedSeverity.name()` knows. */
  readonly PerceivedSeverity: number | null;
  /** A number that `ProbableCause.name()` knows. */
  readonly ProbableCause: number | null;
  readonly ProbableCauseDescription: string | null;
  readonly RecommendedActions: readonly string[] | null;
};

/**
 * A job did not do what it was started for: it failed, or was cancelled. Code `JOB_FAILED`; see `orThrow()` of an outcome.
 */
export class JobError extends HyperVWsmanError {
  readonly code = 'JOB_FAILED';
  /** What the host says of it, the general error first, the specific cause last; may be empty for a job that was cancelled. */
  readonly errors: readonly MsvmError[];

  constructor(message: string, errors: readonly MsvmError[], options?: { cause?: unknown }) {
    super(message, options);
    this.errors = errors;
  }
}

/** The host could not be reached, or the connection was lost or refused to carry the request. Code `TRANSPORT`. */
export class TransportError extends HyperVWsmanError {
  readonly code = 'TRANSPORT';
  /** The HTTP status, when the host answered with one that is no WS-Management answer (404, 503). */
  readonly status: number | null;

  constructor(message: string, options: { cause?: unknown; status?: number | null } = {}) {
    super(message, options);
    this.status = options.status ?? null;
  }
}

/** The TLS handshake or the certificate check failed. Nothing was sent. Code `TLS`. */
export class TlsError extends HyperVWsmanError {
  readonly code = 'TLS';
}

/** The host, or this client, refused to authenticate. Code `AUTH`. */
export class AuthError extends HyperVWsmanError {
  readonly code = 'AUTH';
  /** The authentication schemes the host offered, as it spelled them. */
  readonly offered: readonly string[];
  /** The name of the error with which a KDC or the host's Kerberos refused, `KDC_ERR_PREAUTH_FAILED` (RFC 4120 §7.5.9); `null` when it was none. */
  readonly kerberosError: string | null;

  constructor(message: string, options: { cause?: unknown; offered?: readonly string[]; kerberosError?: string | null } = {}) {
    super(message, options);
    this.offered = options.offered ?? [];
    this.kerberosError = options.kerberosError ?? null;
  }
}

/** A deadline passed, and it is certain that nothing was changed by it: the call is a read, or was never sent. Code `TIMEOUT`. */
export class TimeoutError extends HyperVWsmanError {
  readonly code = 'TIMEOUT';
  /** The deadline that passed, in milliseconds. */
  readonly timeoutMs: number;

  constructor(message: string, timeoutMs: number, options?: { cause?: unknown }) {
    super(message, options);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * A call that changes something may or may not have been carried out: its first byte had left when the deadline passed,
 * the caller aborted, or the connection was lost. It was not sent again. Ask the host what is true. Code `OUTCOME_UNKNOWN`.
 */
export class OutcomeUnknownError extends HyperVWsmanError {
  readonly code = 'OUTCOME_UNKNOWN';
}

/** The union of all error classes of this package: `switch (error.code)` narrows it. */
export type AnyError =
  | UsageError
  | ProtocolError
  | LimitError
  | FaultError
  | JobGoneError
  | EnumerationExpiredError
  | ReturnValueError
  | JobError
  | TransportError
  | TlsError
  | AuthError
  | TimeoutError
  | OutcomeUnknownError;

/**
 * Adds what was asked of which host to an error's message, once; anything but a {@link HyperVWsmanError} is left alone.
 *
 * @param error - what was caught
 * @param asked - for example `GetError of Msvm_MigrationJob on hv01.example:5985`
 * @returns the same error
 */
export function withAsked<E>(error: E, asked: string): E {
  if (error instanceof HyperVWsmanError && error.asked === null) {
    error.message = `${error.message} (${asked})`;
    Object.assign(error, { asked });
  }
  return error;
}
