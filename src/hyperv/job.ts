import type { CimInterval } from '../cim/datetime.js';
import type { InstancePath } from '../cim/object-path.js';
import type { CallOptions } from '../client/options.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { FaultError, JobGoneError, ProtocolError, ReturnValueError, withAsked } from '../errors.js';
import { GET_ERROR_RETURN_VALUE } from '../schema/msvm-migration-job.js';
import { untyped } from '../wsman/instance.js';
import type { InvokeResult } from '../wsman/invoke.js';
import { isNotFound } from '../wsman/wsman-fault.js';
import type { CancelOptions } from './cancel.js';
import { SYSTEM_CLOCK } from './clock.js';
import { type MsvmError, toMsvmError } from './error.js';
import { decodeErrors, decodeErrorsLeniently, sentErrors } from './error-list.js';
import { type Explanation, type Patience, explain, hasMessage, patiently, withDescription } from './explain.js';
import { type JobReference, isMigrationJob, jobPath } from './job-reference.js';
import { type JobStatus, toJobStatus } from './job-status.js';
import type { MigrationIntent } from './migrations/intent.js';
import type { JobOutcome } from './outcome.js';
import { checkReturnValue } from './return-value.js';
import { firstPath } from './service-path.js';
import { timeLeft } from './time-left.js';
import type { WaitOptions } from './wait.js';
import { type WatchOptions, watchJob } from './watch.js';

export { MsvmErrorListError } from './error-list.js';

/** How long `errors()` asks unless it is said otherwise. */
const ERRORS_MS = 30_000;

/**
 * Work that a Hyper-V host does by itself, of any class of jobs. It goes on whatever becomes of this process: its reference
 * is enough to follow it from another one. The host removes it some minutes after its end.
 */
export class Job {
  /** Where the job is; another process can pick it up with this. */
  readonly reference: JobReference;
  readonly #client: WsmanClient;
  #itsPath: InstancePath | null = null;

  constructor(client: WsmanClient, reference: JobReference) {
    this.#client = client;
    this.reference = reference;
  }

  /**
   * Asks why the job failed: the outermost error, for a migration usually the general one (event 21024). The specific
   * cause is a later element of {@link Job.getErrorEx}.
   *
   * @returns `null` when the job still runs or ended without an error
   * @throws ReturnValueError - the method itself failed
   * @throws JobGoneError - the host has no such job any more: it removes a job five minutes after its end
   * @throws ProtocolError - the answer is no CIM-XML instance; its text is in `text`
   * @throws AnyError - see {@link AnyError}
   *
   * @example
   * ```ts
   * import { HyperVHost } from 'hyperv-wsman';
   * const host = new HyperVHost({ url: 'http://hv01.example', auth: { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } });
   * const error = await host.migrationJob('6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11').getError();
   * console.log(error === null ? 'no error' : `${error.MessageID}: ${error.Message}`);
   * await host.close();
   * ```
   */
  getError(call?: CallOptions): Promise<MsvmError | null> {
    return this.#ask('GetError', call, ({ Error: sent = null }) => {
      const [error, ...more] = sentErrors(sent);
      if (more.length > 0) throw new ProtocolError(`GetError answered with ${more.length + 1} errors where one must be`);
      return error === undefined ? null : toMsvmError(error);
    });
  }

  /**
   * Asks for all errors of the job, in the order the host sends them: the general one first, the specific cause last.
   *
   * @returns an empty array when the job still runs or ended without an error
   * @throws MsvmErrorListError - a ProtocolError: not every element decoded; it carries those that did
   * @throws ReturnValueError, JobGoneError, AnyError - as {@link Job.getError}
   */
  getErrorEx(call?: CallOptions): Promise<MsvmError[]> {
    return this.#ask('GetErrorEx', call, ({ Errors: sent = null }) => decodeErrors(sent, 'errors of the job'));
  }

  /**
   * Finds out why the job failed, in every way there is: GetErrorEx, else GetError, else what its instance says. An
   * element that does not decode becomes an error that has its text as the Message; a lost connection is borne as long as
   * there is time.
   *
   * @param call - `timeoutMs` is for all of it; default 30,000
   * @returns the general error first, the specific cause last. For a job that failed never empty, and never without any
   *   message; empty for one that runs or succeeded
   * @throws JobGoneError - the host has no such job any more
   * @throws AnyError - the host could not be asked at all
   */
  async errors(call: CallOptions = {}): Promise<readonly MsvmError[]> {
    const left = timeLeft({ ...call, timeoutMs: call.timeoutMs ?? ERRORS_MS });
    const { errors, failure, isOver } = await this.#explain(left());
    if (errors.some(hasMessage)) return errors;
    if (isOver && failure !== null) throw failure;
    return withDescription(errors, await patiently((one) => this.status(one), left(), SYSTEM_CLOCK), failure);
  }

  /**
   * Reads the job as it is now.
   *
   * @throws JobGoneError - the host has no such job any more
   * @throws AnyError - see {@link AnyError}
   */
  status(call?: CallOptions): Promise<JobStatus> {
    return this.#reach('Get', call, () => this.#client.get(this.#path, call), (instance) => toJobStatus(this.reference, instance, new Date()));
  }

  /**
   * Follows the job to its end: its status at once, then each change of state, percentage or description. It asks often
   * after a change and more and more seldom without one, bears lost connections and a host that starts again, and leaves
   * nothing behind when you leave the loop.
   *
   * @throws JobGoneError - the host has no such job any more
   * @throws WatchTimeoutError - a TimeoutError: the deadline passed, or the job did not move for `stallMs`
   * @throws AnyError - access is refused, or there was no answer for `unreachableMs`
   *
   * @example
   * ```ts
   * import { HyperVHost } from 'hyperv-wsman';
   * const host = new HyperVHost({ url: 'http://hv01.example', auth: { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } });
   * for await (const { state, percent } of host.migrationJob('6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11').watch()) console.log(state, percent);
   * await host.close();
   * ```
   */
  watch(options?: WatchOptions): AsyncIterable<JobStatus> {
    return watchJob(this, options);
  }

  /**
   * Waits for the end of the job and tells what is known of it. What happened to the job is never thrown: see
   * {@link JobOutcome}, and its `orThrow()`.
   *
   * @throws WatchTimeoutError - a TimeoutError: the deadline passed, or the job did not move for `stallMs`; it goes on on the host
   * @throws UsageError - the client is closed, or an option cannot be
   * @throws the signal's reason - it was aborted
   *
   * @example
   * ```ts
   * import { HyperVHost } from 'hyperv-wsman';
   * const host = new HyperVHost({ url: 'http://hv01.example', auth: { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } });
   * const outcome = await host.migrationJob('6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11').wait({ timeoutMs: 3_600_000 });
   * if (outcome.kind === 'failed') for (const error of outcome.errors) console.error(error.Message);
   * await host.close();
   * ```
   */
  async wait(options?: WaitOptions): Promise<JobOutcome> {
    const { waitForJob } = await import('./wait.js');
    const waited = {
      reference: this.reference,
      client: this.#client,
      status: (call?: CallOptions) => this.status(call),
      explain: async (status: JobStatus, patience: Patience) => {
        const explanation = await this.#explain(patience);
        return { ...explanation, errors: withDescription(explanation.errors, status, explanation.failure) };
      },
    };
    return waitForJob(waited, options);
  }

  /**
   * Asks the host to end the job, and waits until it has ended, however that is: it may still complete.
   *
   * @throws UsageError - it has ended already, or cannot be cancelled
   * @throws ReturnValueError - the host refuses
   * @throws JobGoneError - it was gone before it was asked to end
   * @throws WatchTimeoutError, AnyError - as {@link Job.watch}
   */
  async cancel(options?: CancelOptions): Promise<void> {
    const { cancelJob } = await import('./cancel.js');
    return cancelJob(this, options);
  }

  /**
   * Asks the job to enter another state (RequestStateChange); see {@link Job.cancel} to end it.
   *
   * @param state - 4 Terminate, 5 Kill; Hyper-V knows no other
   * @param timeout - how long the host may take, where it heeds that; `null` says nothing of it
   * @throws ReturnValueError - neither 0 nor 4096: the host refuses
   * @throws OutcomeUnknownError - the request may or may not have arrived
   * @throws JobGoneError, AnyError - as {@link Job.getError}
   */
  requestStateChange(state: number, timeout: CimInterval | null = null, call?: CallOptions): Promise<void> {
    const method = 'RequestStateChange';
    const parameters = { RequestedState: state, ...(timeout === null ? {} : { TimeoutPeriod: timeout }) };
    const ask = () => this.#client.invoke(this.#path, method, parameters, call);
    return this.#reach(method, call, ask, ({ returnValue }) => checkReturnValue(this.reference.className, method, returnValue));
  }

  #explain(patience: CallOptions & Patience): Promise<Explanation> {
    const all = (call: Patience) => this.#ask('GetErrorEx', call, ({ Errors: sent = null }) => decodeErrorsLeniently(sent).errors);
    const one = (call: Patience) => this.#ask('GetError', call, ({ Error: sent = null }) => decodeErrorsLeniently(sent).errors);
    return explain([all, one], patience, SYSTEM_CLOCK);
  }

  #ask<T>(method: 'GetError' | 'GetErrorEx', call: CallOptions | undefined, read: (out: InvokeResult['out']) => T): Promise<T> {
    const ask = () => this.#client.invoke(this.#path, method, {}, { ...call, typeOf: untyped });
    return this.#reach(method, call, ask, ({ returnValue, out }) => {
      if (returnValue !== 0) throw new ReturnValueError(method, returnValue, GET_ERROR_RETURN_VALUE[returnValue] ?? null);
      return read(out);
    });
  }

  /** Made once: a job that is followed is asked time and again. */
  get #path(): InstancePath {
    return (this.#itsPath ??= jobPath(this.reference));
  }

  /** Asks something of the job, and reads the answer; where the host does not find it, finds out whether it is gone. */
  async #reach<A, T>(verb: string, call: CallOptions | undefined, ask: () => Promise<A>, read: (answer: A) => T | Promise<T>): Promise<T> {
    const left = timeLeft(call);
    try {
      return await read(await ask());
    } catch (error) {
      const reason = error instanceof FaultError && isNotFound(error) ? await this.#gone(error, left, call?.signal) : error;
      throw withAsked(reason, `${verb} of ${this.reference.className} on ${this.reference.host}`);
    }
  }

  /**
   * A class or a namespace that the host does not have looks like a job that is gone, and so does a host whose management
   * service does not run, or is just starting. So the host must first show its own computer system, and then list the jobs
   * of the class without this one. Else the fault stands.
   */
  async #gone(fault: FaultError, left: () => CallOptions, signal?: AbortSignal): Promise<FaultError> {
    const { className, namespace, keys } = this.reference;
    try {
      if ((await firstPath(this.#client, 'Msvm_ComputerSystem', { namespace, ...left() })) === null) return fault;
      for await (const path of this.#client.enumeratePaths(className, { namespace, ...left() })) if (path.keys.InstanceID === keys.InstanceID) return fault;
    } catch {
      signal?.throwIfAborted();
      return fault;
    }
    return new JobGoneError(`The host has no job ${keys.InstanceID} any more; Hyper-V removes a job five minutes after its end`, fault, { cause: fault });
  }
}

/** A live migration, as Hyper-V keeps it: an instance of Msvm_MigrationJob on the host where the migration was started. */
export class MigrationJob extends Job {
  /** What was meant by the migration; `null` when it was not started here. */
  readonly intent: MigrationIntent | null;

  constructor(client: WsmanClient, reference: JobReference, intent: MigrationIntent | null = null) {
    super(client, reference);
    this.intent = intent;
  }

  override async wait(options?: WaitOptions): Promise<JobOutcome> {
    const { movesMachine } = await import('./migrations/options.js');
    return super.wait(this.intent !== null && movesMachine(this.intent.type) ? { machine: this.intent.machine.id, ...options } : options);
  }
}

/** The job of a reference: a {@link MigrationJob} when its class says so. */
export function toJob(client: WsmanClient, reference: JobReference): Job {
  return isMigrationJob(reference.className) ? new MigrationJob(client, reference) : new Job(client, reference);
}
