import { Command } from 'commander';
import type { JsonValue } from '../../cim/json.js';
import type { MsvmError } from '../../hyperv/error.js';
import type { MigrationJob } from '../../hyperv/job.js';
import { type ConnectionOptions, addConnectionOptions, toClientOptions } from '../connection-options.js';
import { ANSWERED, JOB_HAS_ERROR } from '../exit-status.js';
import type { Io } from '../io.js';
import { writeJson, writeLine } from '../output.js';
import { readPassword } from '../password.js';

type Options = ConnectionOptions & { readonly json?: true; readonly all?: true; readonly exitCode?: true };

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
    .option('--exit-code', 'exit with 10 when the job has an error')
    .addHelpText('after', '\nThe password comes from --password-file, from HYPERV_WSMAN_PASSWORD or from the terminal.\nNODE_EXTRA_CA_CERTS adds certificates to trust when --ca is not given.')
    .action(async (instanceId: string, options: Options) => finish(await getError(io, instanceId, options)));
}

/** Everything that can be wrong with the options is told before anybody is asked for a password. */
async function getError(io: Io, instanceId: string, options: Options): Promise<number> {
  const [{ HyperVHost }, { formatMsvmError, msvmErrorToJson }] = await Promise.all([import('../../hyperv/host.js'), import('../msvm-error-output.js')]);
  let password = '';
  const host = new HyperVHost(await toClientOptions(io, options, () => password));
  try {
    const job = host.migrationJob(instanceId);
    if (options.username !== undefined) password = await readPassword(io, options.username, options.passwordFile);
    const errors = await ask(job, options, io.signal);
    if (options.json === true) await writeJson(io.stdout, toObject(job, errors.map(msvmErrorToJson), options));
    else await writeLine(io.stdout, errors.length === 0 ? 'no error' : errors.map(formatMsvmError).join('\n\n'));
    return options.exitCode === true && errors.length > 0 ? JOB_HAS_ERROR : ANSWERED;
  } finally {
    await host.close();
  }
}

async function ask(job: MigrationJob, { all }: Options, signal: AbortSignal): Promise<readonly MsvmError[]> {
  if (all === true) return job.getErrorEx({ signal });
  const error = await job.getError({ signal });
  return error === null ? [] : [error];
}

function toObject({ reference }: MigrationJob, errors: readonly JsonValue[], { all }: Options): JsonValue {
  return all === true ? { job: reference, errors } : { job: reference, error: errors[0] ?? null };
}
