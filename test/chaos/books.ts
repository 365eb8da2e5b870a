/** Holds what was concluded against the books, machine by machine, and tells the story of what does not agree. */
import type { SimulatedDataCentre } from '../../src/testing/index.js';
import type { Mischief } from './gremlin.js';
import { type Attempt, contradictions, liesOf } from './verdict.js';

/** A machine of a run. */
export type Machine = { readonly id: string; readonly name: string; readonly startedOn: string };

/** All that happened in a run. */
export type Events = { readonly seed: number; readonly centre: SimulatedDataCentre; readonly attempts: readonly Attempt[]; readonly mischief: readonly Mischief[] };

/** What is not true of a machine, with its story; nothing when all is. */
export function liesAbout(machine: Machine, events: Events): readonly string[] {
  const { centre } = events;
  const records = centre.migrations.filter((record) => record.machine === machine.id);
  const own = attemptsOf(machine, events);
  const lies = own.flatMap((attempt, index) => {
    const until = own[index + 1]?.begunAt ?? Infinity;
    const its = records.filter(({ startedAt }) => startedAt >= attempt.begunAt && startedAt < until);
    return liesOf(attempt, its).map((lie) => `migration ${attempt.number}: ${lie}`);
  });
  const on = centre.hosts.filter((host) => host.query(`SELECT Name FROM Msvm_ComputerSystem WHERE Name = '${machine.id}'`).length === 1);
  lies.push(...contradictions(records, machine.startedOn, on.length === 1 ? on[0]!.name : null));
  return lies.length === 0 ? [] : [[...lies, storyOf(machine, events)].join('\n')];
}

/** What happened to a machine, in the order of time: what was asked and concluded, the books, and what was broken meanwhile. */
export function storyOf(machine: Machine, events: Events): string {
  const { seed, centre, mischief } = events;
  const own = attemptsOf(machine, events);
  const told = [
    ...own.map(({ number, begunAt, claimedAt, claim }) => ({ at: begunAt, text: `migration ${number} is asked for; after ${claimedAt - begunAt} ms: ${claim.kind} ${claim.job ?? ''} ${claim.said}` })),
    ...centre.migrations
      .filter((record) => record.machine === machine.id)
      .map(({ id, from, to, startedAt, endedAt, end }) => ({ at: startedAt, text: `books: ${id} from ${from} to ${to}, ${end === null ? 'runs' : `${end} after ${endedAt! - startedAt} ms`}` })),
    ...mischief.filter(({ at }) => own.length === 0 || at >= own[0]!.begunAt).map(({ at, host, what }) => ({ at, text: `${host}: ${what}` })),
  ];
  const lines = told.toSorted((one, other) => one.at - other.at).map(({ at, text }) => `  ${new Date(at).toISOString().slice(14, 23)} ${text}`);
  return [`seed ${seed}, ${machine.name} ${machine.id}, at first on ${machine.startedOn}:`, ...lines].join('\n');
}

function attemptsOf({ id }: Machine, { attempts }: Events): readonly Attempt[] {
  return attempts.filter(({ machine }) => machine === id).toSorted((one, other) => one.begunAt - other.begunAt);
}
