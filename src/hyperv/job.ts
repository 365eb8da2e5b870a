import { type CimInstance, isCimInstance } from '../cim/instance.js';
import type { CimValue } from '../cim/types.js';
import type { CallOptions } from '../client/options.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { FaultError, JobGoneError, ProtocolError, ReturnValueError, withAsked } from '../errors.js';
import { GET_ERROR_RETURN_VALUE } from '../schema/msvm-migration-job.js';
import { untyped } from '../wsman/instance.js';
import type { InvokeResult } from '../wsman/invoke.js';
import { isNotFound } from '../wsman/wsman-fault.js';
import { type MsvmError, toMsvmError } from './error.js';
import { type JobReference, jobPath } from './job-reference.js';

/**
 * Not every element of GetErrorEx decoded. Those that did are in `decoded`, all texts as sent in `texts`, both in the
 * order of the answer.
 */
export class MsvmErrorListError extends ProtocolError {
  readonly decoded: readonly MsvmError[];
  readonly texts: readonly string[];

  constructor(message: string, options: { cause: unknown; text: string | null; decoded: readonly MsvmError[]; texts: readonly string[] }) {
    super(message, options);
    this.decoded = options.decoded;
    this.texts = options.texts;
  }
}

/** A live migration, as Hyper-V keeps it: an instance of Msvm_MigrationJob on the host where the migration was started. */
export class MigrationJob {
  /** Where the job is; another process can pick it up with this. */
  readonly reference: JobReference;
  readonly #client: WsmanClient;

  constructor(client: WsmanClient, reference: JobReference) {
    this.#client = client;
    this.reference = reference;
  }

  /**
   * Asks why the migration failed: the outermost error, for a migration usually the general one (event 21024). The
   * specific cause is a later element of {@link MigrationJob.getErrorEx}.
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
   * @throws ReturnValueError, JobGoneError, AnyError - as {@link MigrationJob.getError}
   */
  getErrorEx(call?: CallOptions): Promise<MsvmError[]> {
    return this.#ask('GetErrorEx', call, ({ Errors: sent = null }) => decodeAll(sentErrors(sent)));
  }

  async #ask<T>(method: 'GetError' | 'GetErrorEx', call: CallOptions | undefined, read: (out: InvokeResult['out']) => T): Promise<T> {
    const started = performance.now();
    try {
      const { returnValue, out } = await this.#client.invoke(jobPath(this.reference), method, {}, { ...call, typeOf: untyped });
      if (returnValue !== 0) throw new ReturnValueError(method, returnValue, GET_ERROR_RETURN_VALUE[returnValue] ?? null);
      return read(out);
    } catch (error) {
      const reason = error instanceof FaultError && isNotFound(error) ? await this.#gone(error, remaining(call, started)) : error;
      throw withAsked(reason, `${method} of ${this.reference.className} on ${this.reference.host}`);
    }
  }

  /**
   * A class or a namespace that the host does not have looks like a job that is gone, so the host must first show that it
   * has the class: an enumeration of it succeeds, even of no instance. Else the fault stands.
   */
  async #gone(fault: FaultError, call: CallOptions | undefined): Promise<FaultError> {
    const { className, namespace, keys } = this.reference;
    try {
      const paths = this.#client.enumeratePaths(className, { namespace, ...call, pageSize: 1 })[Symbol.asyncIterator]();
      await paths.next();
      await paths.return?.();
    } catch {
      return fault;
    }
    return new JobGoneError(`The host has no job ${keys.InstanceID} any more; Hyper-V removes a job five minutes after its end`, fault, { cause: fault });
  }
}

/** What is left of a call's time for what it asks next. */
function remaining(call: CallOptions | undefined, started: number): CallOptions | undefined {
  if (call?.timeoutMs === undefined) return call;
  return { ...call, timeoutMs: Math.max(1, Math.ceil(call.timeoutMs - (performance.now() - started))) };
}

/** The errors in an OUT parameter, one or several; an empty element is how some answers say null. */
function sentErrors(value: CimValue): readonly (string | CimInstance)[] {
  const items: readonly CimValue[] = Array.isArray(value) ? (value as readonly CimValue[]) : [value];
  return items.filter((item) => item !== null && item !== '').map((item) => {
    if (typeof item === 'string' || isCimInstance(item)) return item;
    throw new ProtocolError('The answer holds neither CIM-XML text nor an instance where an Msvm_Error must be');
  });
}

function decodeAll(sent: readonly (string | CimInstance)[]): MsvmError[] {
  const decoded: MsvmError[] = [];
  const failures: ProtocolError[] = [];
  for (const one of sent) {
    try {
      decoded.push(toMsvmError(one));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first === undefined) return decoded;
  throw new MsvmErrorListError(`${failures.length} of ${sent.length} errors of the job did not decode: ${first.message}`, {
    cause: first,
    text: first.text,
    decoded,
    texts: sent.filter((one) => typeof one === 'string'),
  });
}
