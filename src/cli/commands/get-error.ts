import { Command } from 'commander';
import type { JsonValue } from '../../cim/json.js';
import type { Diagnosis } from '../../hyperv/diagnosis/diagnosis.js';
import type { MsvmError } from '../../hyperv/error.js';
import type { MigrationJob, MsvmErrorListError } from '../../hyperv/job.js';
import { type ConnectionOptions, addConnectionOptions, toClientOptions } from '../connection-options.js';
import { ANSWERED, JOB_HAS_ERROR } from '../exit-status.js';
import type { Io } from '../io.js';
import { printable, writeJson, writeLine } from '../output.js';

type Options = ConnectionOptions & { readonly json?: true; readonly all?: true; readonly explain?: true; readonly exitCode?: true };

/**
 * `get-error`: asks a host why a migration failed.
 *
 * @param finish - is told the exit status
 */
export function getErrorCommand(io: Io, finish: (status: number) => void): Command {
  return addConnectionOptions(
    new Command('get-error').description('ask a host why a live migration failed').argument('<InstanceID>', 'the GUID of the Msvm_MigrationJob'),
  )
    .option('--json', 'print one JSON object')
    .option('--all', 'all errors, the specific cause last, instead of the outermost one')
    .option('--explain', 'all that is known of the failure, and after it what it means and what to do')
    .option('--exit-code', 'exit with 10 when the job has an error')
    .addHelpText('after', '\nThe password comes from --password-file, from HYPERV_WSMAN_PASSWORD or from the terminal.\nNODE_EXTRA_CA_CERTS adds certificates to trust when --ca is not given.')
    .action(async (instanceId: string, options: Options) => finish(await getError(io, instanceId, options)));
}

/** What a job answered; `failure` is there when not all of its errors decoded, `diagnosis` when it was asked for and there is an error. */
type Answer = { readonly errors: readonly MsvmError[]; readonly failure: MsvmErrorListError | null; readonly diagnosis: Diagnosis | null };

/**
 * Everything that can be wrong with the options is told before anybody is asked for a password.
 *
 * @throws MsvmErrorListError - some errors did not decode: the others were printed, and what the host sent on stderr
 */
async function getError(io: Io, instanceId: string, options: Options): Promise<number> {
  const { client: clientOptions, askPassword } = await toClientOptions(io, options);
  // Not HyperVHost, which loads all that a host can do: a job is all there is to ask.
  const [{ WsmanClient }, { MigrationJob }, { resolveJobReference }, { formatMsvmError, msvmErrorToJson }] = await Promise.all([
    import('../../client/wsman-client.js'),
    import('../../hyperv/job.js'),
    import('../../hyperv/job-reference.js'),
    import('../msvm-error-output.js'),
  ]);
  const client = new WsmanClient(clientOptions);
  try {
    const job = new MigrationJob(client, resolveJobReference(instanceId, client.host));
    await askPassword();
    const { errors, failure, diagnosis } = await ask(job, options, io.signal);
    if (options.json === true) await writeJson(io.stdout, toObject(job, errors.map(msvmErrorToJson), diagnosis, options));
    else if (errors.length > 0) await writeLine(io.stdout, errors.map(formatMsvmError).join('\n\n'));
    else if (failure === null) await writeLine(io.stdout, 'no error');
    if (diagnosis !== null && options.json !== true) await writeLine(io.stdout, `\n${(await import('../diagnosis-output.js')).formatDiagnosis(diagnosis)}`);
    if (failure !== null) {
      for (const text of failure.texts) await writeLine(io.stderr, printable(text));
      throw failure;
    }
    return options.exitCode === true && errors.length > 0 ? JOB_HAS_ERROR : ANSWERED;
  } finally {
    await client.close();
  }
}

async function ask(job: MigrationJob, options: Options, signal: AbortSignal): Promise<Answer> {
  if (options.explain === true) return askWhy(job, options, signal);
  if (options.all === true) return askAll(job, signal);
  const error = await job.getError({ signal });
  return { errors: error === null ? [] : [error], failure: null, diagnosis: null };
}

/** In every way there is; the status first, because it fails at once where the host is not to be reached. */
async function askWhy(job: MigrationJob, { timeout }: Options, signal: AbortSignal): Promise<Answer> {
  const { DestinationHost: destinationHost } = (await job.status({ signal })).instance;
  const errors = await job.errors({ signal, ...(timeout === undefined ? {} : { timeoutMs: timeout }) });
  if (errors.length === 0) return { errors, failure: null, diagnosis: null };
  const { diagnose } = await import('../../hyperv/diagnosis/diagnosis.js');
  return { errors, failure: null, diagnosis: diagnose(errors, typeof destinationHost === 'string' ? { destinationHost } : {}) };
}

async function askAll(job: MigrationJob, signal: AbortSignal): Promise<Answer> {
  const { MsvmErrorListError } = await import('../../hyperv/job.js');
  try {
    return { errors: await job.getErrorEx({ signal }), failure: null, diagnosis: null };
  } catch (error) {
    if (error instanceof MsvmErrorListError) return { errors: error.decoded, failure: error, diagnosis: null };
    throw error;
  }
}

function toObject({ reference }: MigrationJob, errors: readonly JsonValue[], diagnosis: Diagnosis | null, options: Options): JsonValue {
  const answer = options.all === true || options.explain === true ? { job: reference, errors } : { job: reference, error: errors[0] ?? null };
  return options.explain === true ? { ...answer, diagnosis } : answer;
}
