import type { JsonValue } from '../cim/json.js';
import type { DrainHost, DrainPlan, PlannedMachine } from '../hyperv/queue/drain-plan.js';
import type { DrainProgress, DrainReport } from '../hyperv/queue/drain-run.js';
import type { QueueOutcome } from '../hyperv/queue/queue-outcome.js';
import { formatColumns } from './columns.js';
import { formatDiagnosis } from './diagnosis-output.js';
import { msvmErrorToJson } from './msvm-error-output.js';
import { oneLine } from './output.js';

/** A plan for people: what moves where, what stays and why, and how the hosts are. */
export function formatPlan({ hosts, moves, skipped }: DrainPlan): string {
  const nameOf = namesOf(hosts);
  const moving = moves.map(({ machine, to, precheck }) => [...cellsOf(machine), nameOf(to), precheck ?? '']);
  const staying = skipped.map(({ machine, reason, why }) => [...cellsOf(machine), reason, why]);
  const rooms = hosts.map(({ name, machines, running, freeMemoryMb: free, load }) => {
    const { activeMigrations: active, maximumMigrations: maximum } = load;
    return [name, String(machines), String(running), free === null ? '' : String(free), `${active} of ${maximum}`];
  });
  return [
    ...table(['MOVES', 'STATE', 'MEMORY MB', 'TO', ''], moving),
    ...table(['STAYS', 'STATE', 'MEMORY MB', 'REASON', ''], staying),
    ...table(['HOST', 'MACHINES', 'RUNNING', 'FREE MB', 'MIGRATIONS'], rooms),
  ].join('\n\n');
}

/** A plan for programs; without the options, which are those of the command line. */
export function planToJson({ from, moves, skipped, hosts }: DrainPlan): JsonValue {
  return { event: 'plan', from, moves, skipped, hosts };
}

/** `3/12  web01  running  42 %`. */
export function formatProgress({ migration: { machine, state, percent, reason }, ended, total }: DrainProgress): string {
  const far = state === 'running' && percent !== null ? [`${percent} %`] : [];
  return [`${ended}/${total}`, oneLine(machine.name), state, ...far, ...(reason === null ? [] : [oneLine(reason)])].join('  ');
}

/** What became of a drain, for people; in full where a migration did not succeed. */
export function formatReport({ plan, outcomes, skipped, isDrained }: DrainReport): string {
  const nameOf = namesOf(plan.hosts);
  const ended = outcomes.map(({ machine, kind, to, reason }) => [oneLine(machine.name), to === null ? '' : nameOf(to), kind, reason === null ? '' : oneLine(reason)]);
  const left = skipped.map(({ machine, reason, why }) => [oneLine(machine.name), '', reason, why]);
  const diagnoses = outcomes.flatMap(({ diagnosis }) => (diagnosis === null ? [] : [formatDiagnosis(diagnosis)]));
  const from = nameOf(plan.from);
  return [...table(['MACHINE', 'TO', 'OUTCOME', ''], [...ended, ...left]), ...diagnoses, isDrained ? `${from} is empty` : `${from} is not empty`].join('\n\n');
}

/** How one migration of a drain ended, for programs. */
export function queueOutcomeToJson({ kind, machine, from, to, attempts, reference, job, observations, error, diagnosis, reason }: QueueOutcome): JsonValue {
  return {
    event: 'outcome',
    kind,
    machine,
    from,
    to,
    attempts,
    job: reference,
    errors: job?.kind === 'failed' ? job.errors.map(msvmErrorToJson) : [],
    error: error instanceof Error ? error.message : null,
    diagnosis,
    reason,
    observations: [...observations, ...(job?.evidence.observations ?? [])],
  };
}

function namesOf(hosts: readonly DrainHost[]): (key: string) => string {
  return (key) => oneLine(hosts.find(({ host }) => host === key)?.name ?? key);
}

function cellsOf({ name, state, memoryMb }: PlannedMachine): readonly string[] {
  return [oneLine(name), state, memoryMb === null ? '' : String(memoryMb)];
}

/** A table, or nothing when it would have no rows. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [formatColumns(header, rows)];
}
