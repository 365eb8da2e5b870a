import type { CimValue } from '../cim/types.js';
import { isCimInstance } from '../cim/instance.js';
import type { CallOptions } from '../client/options.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { FaultError, JobGoneError, ProtocolError, ReturnValueError, withAsked } from '../errors.js';
import { GET_ERROR_RETURN_VALUE } from '../schema/msvm-migration-job.js';
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
  async getError(call?: CallOptions): Promise<MsvmError | null> {
    const { Error: sent = null } = await this.#invoke('GetError', call);
    const [value = null, ...more] = listOf(sent);
    if (more.length > 0) throw new ProtocolError(`GetError answered with ${more.length + 1} errors where one must be (${this.#asked('GetError')})`);
    return value === null || isEmpty(value) ? null : withContext(() => toMsvmError(sentError(value)), this.#asked('GetError'));
  }

  /**
   * Asks for all errors of the job, in the order the host sends them: the general one first, the specific cause last.
   *
   * @returns an empty array when the job still runs or ended without an error
   * @throws MsvmErrorListError - a ProtocolError: not every element decoded; it carries those that did
   * @throws ReturnValueError, JobGoneError, AnyError - as {@link MigrationJob.getError}
   */
  async getErrorEx(call?: CallOptions): Promise<MsvmError[]> {
    const { Errors: sent = null } = await this.#invoke('GetErrorEx', call);
    const elements = listOf(sent).filter((element) => element !== null && !isEmpty(element));
    const decoded: MsvmError[] = [];
    const failures: unknown[] = [];
    for (const element of elements) {
      try {
        decoded.push(toMsvmError(sentError(element)));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 0) return decoded;
    const [first] = failures;
    throw withAsked(
      new MsvmErrorListError(`${failures.length} of ${elements.length} errors of the job did not decode: ${first instanceof Error ? first.message : String(first)}`, {
        cause: first,
        text: first instanceof ProtocolError ? first.text : null,
        decoded,
        texts: elements.filter((element) => typeof element === 'string'),
      }),
      this.#asked('GetErrorEx'),
    );
  }

  async #invoke(method: 'GetError' | 'GetErrorEx', call?: CallOptions): Promise<Record<string, CimValue>> {
    try {
      const { returnValue, out } = await this.#client.invoke(jobPath(this.reference), method, {}, call);
      if (returnValue !== 0) throw withAsked(new ReturnValueError(method, returnValue, GET_ERROR_RETURN_VALUE[returnValue] ?? null), this.#asked(method));
      return out;
    } catch (error) {
      if (!(error instanceof FaultError) || !isNotFound(error)) throw error;
      // A wrong URL looks the same to the caller: the host must show that it is a WS-Management service before the job is said to be gone.
      await this.#client.identify(call);
      throw withAsked(
        new JobGoneError(`The host has no job ${this.reference.keys.InstanceID} any more; Hyper-V removes a job five minutes after its end`, error, { cause: error }),
        this.#asked(method),
      );
    }
  }

  #asked(method: string): string {
    return `${method} of ${this.reference.className} on ${this.reference.host}`;
  }
}

function listOf(value: CimValue): readonly CimValue[] {
  return Array.isArray(value) ? (value as readonly CimValue[]) : [value];
}

/** An empty element is how some answers say null. */
function isEmpty(value: CimValue): boolean {
  return typeof value === 'string' && value.trim() === '';
}

function sentError(value: CimValue): Parameters<typeof toMsvmError>[0] {
  if (typeof value === 'string' || isCimInstance(value)) return value;
  throw new ProtocolError('The answer holds neither CIM-XML text nor an instance where an Msvm_Error must be');
}

function withContext<T>(decode: () => T, asked: string): T {
  try {
    return decode();
  } catch (error) {
    throw withAsked(error, asked);
  }
}
