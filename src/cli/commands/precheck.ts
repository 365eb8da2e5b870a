import { Command } from 'commander';
import type { JsonValue } from '../../cim/json.js';
import type { Diagnosis } from '../../hyperv/diagnosis/diagnosis.js';
import type { MigrationCheck, Precheck } from '../../hyperv/migrations/precheck.js';
import type { ConnectionOptions } from '../connection-options.js';
import { ANSWERED, NOT_DONE, OUTCOME_UNKNOWN } from '../exit-status.js';
import type { Io } from '../io.js';
import { type MoveOptions, addMoveOptions, readMigrationOptions } from '../migration-options.js';
import { oneLine, writeJson, writeLine } from '../output.js';
import { type DestinationOptions, addDestinationOptions, addHostOptions, otherHosts, withHosts } from '../with-host.js';

type Options = ConnectionOptions & DestinationOptions & MoveOptions & { readonly json?: true };

const STATUS: Readonly<Record<Precheck['verdict'], number>> = { migratable: ANSWERED, notMigratable: NOT_DONE, unknown: OUTCOME_UNKNOWN };
const VERDICT: Readonly<Record<Precheck['verdict'], string>> = { migratable: 'can be migrated', notMigratable: 'cannot be migrated', unknown: 'may or may not be migratable' };

/**
 * `precheck`: asks the hosts whether a machine could be migrated.
 *
 * @param finish - is told the exit status
 */
export function precheckCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('precheck').description('ask the hosts whether a virtual machine could be migrated; nothing is changed').argument('<vm>', 'its name or its GUID');
  return addMoveOptions(addDestinationOptions(addHostOptions(command)))
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nThe exit status is 1 when it cannot be migrated, 3 when the hosts could not tell.')
    .action(async (machine: string, options: Options) => finish(await precheck(io, machine, options)));
}

async function precheck(io: Io, machine: string, options: Options): Promise<number> {
  const answer = await withHosts(io, options, otherHosts(options), async (host, [destination]) => {
    const migration = await readMigrationOptions(io, options, destination);
    return host.migrations.precheck(machine, { ...migration, signal: io.signal });
  });
  const [{ diagnose }, { formatDiagnosis }, { formatMsvmError, msvmErrorToJson }] = await Promise.all([
    import('../../hyperv/diagnosis/diagnosis.js'),
    import('../diagnosis-output.js'),
    import('../msvm-error-output.js'),
  ]);
  const diagnosisOf = ({ verdict, reasons }: MigrationCheck): Diagnosis | null => (verdict === 'failed' && reasons.length > 0 ? diagnose(reasons) : null);
  if (options.json === true) {
    const checks = answer.checks.map((check): JsonValue => {
      const { name, verdict, reasons } = check;
      return { name, verdict, reasons: reasons.map(msvmErrorToJson), error: errorOf(check), diagnosis: diagnosisOf(check) };
    });
    await writeJson(io.stdout, { machine, verdict: answer.verdict, checks });
    return STATUS[answer.verdict];
  }
  const checks = answer.checks.map((check) => {
    const diagnosis = diagnosisOf(check);
    const error = errorOf(check);
    const headline = `${check.name}: ${check.verdict}${error === null ? '' : `: ${error}`}`;
    return [headline, ...check.reasons.map(formatMsvmError), ...(diagnosis === null ? [] : [formatDiagnosis(diagnosis)])].join('\n\n');
  });
  await writeLine(io.stdout, [`${machine} ${VERDICT[answer.verdict]}`, ...checks].join('\n\n'));
  return STATUS[answer.verdict];
}

function errorOf({ error }: MigrationCheck): string | null {
  return error instanceof Error ? oneLine(error.message) : null;
}
