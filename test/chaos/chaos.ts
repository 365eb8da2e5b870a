/** Many migrations over several hosts while everything breaks, and the comparison of what was concluded with what was true. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationQueue } from '../../src/index.js';
import { DEFAULT_USER, type MigrationRecord, SimulatedDataCentre } from '../../src/testing/index.js';
import { type Journey, PATIENCE, QuickHost, drive } from './drive.js';
import { Gremlin } from './gremlin.js';
import { Random } from './random.js';
import { CLIENT_TIMEOUT_MS, LONGEST_DELAY_MS, type Script, scriptOf } from './script.js';
import { type Attempt, contradictions, liesOf } from './verdict.js';

export type ChaosOptions = { readonly seed: number; readonly migrations: number; readonly hosts: number };

/** What a run came to. */
export type ChaosReport = {
  readonly seed: number;
  readonly elapsedMs: number;
  readonly migrationMs: number;
  readonly jobLifetimeMs: number;
  /** The claims of all attempts by kind, and of the books' records by end. */
  readonly claims: Readonly<Record<string, number>>;
  readonly ends: Readonly<Record<string, number>>;
  /** What was done to the hosts, by kind. */
  readonly mischief: Readonly<Record<string, number>>;
  /** Attempts of which nobody knows how they ended, with what was said. */
  readonly unknown: readonly string[];
  /** Enumerations that are open on the hosts at the end, because an answer was lost. */
  readonly openEnumerations: number;
  /** What was not true, each with the story of its machine. */
  readonly lies: readonly string[];
};

/** So many migrations are driven at a time for each host. */
const PER_HOST = 2;
/** Machines for each migration that is driven at a time. */
const MACHINES_PER_DRIVER = 2;
const MOST_STARTS = 3;
const TROUBLE_EVERY_MS = 100;
const REBOOT_EVERY_MS = 3200;
const LONGEST_JOURNEY_MS = 120_000;

type Machine = { readonly id: string; readonly name: string; readonly startedOn: string; isBusy: boolean };

/** Runs it. Decisions follow from the seed; when what is done happens depends on the machine that runs it. */
export async function runChaos({ seed, migrations, hosts }: ChaosOptions): Promise<ChaosReport> {
  const startedAt = performance.now();
  const random = new Random(`${seed} data centre`);
  const migrationMs = random.pick([20, 50, 120]);
  const jobLifetimeMs = random.pick([20, 80, 400, 2000]);
  const names = Array.from({ length: hosts }, (_, index) => `hv${String(index + 1).padStart(2, '0')}`);
  await using centre = await SimulatedDataCentre.start({
    hosts: names.map((name) => ({ name, maximumMigrations: random.between(2, 5), maximumStorageMigrations: random.between(1, 4) })),
    migrationMs,
    jobLifetimeMs,
  });
  const drivers = hosts * PER_HOST;
  const machines = Array.from({ length: drivers * MACHINES_PER_DRIVER }, (_, index): Machine => {
    const [name, startedOn] = [`vm${index}`, names[index % hosts]!];
    return { id: centre.addMachine(startedOn, { name, state: random.pick(['running', 'off']) }), name, startedOn, isBusy: false };
  });
  const connect = (connections: number): ReadonlyMap<string, QuickHost> =>
    new Map(
      names.map((name) => {
        const transport = random.pick(['axios', 'undici'] as const);
        return [name, new QuickHost({ url: centre.host(name).url, name, connections, transport, timeoutMs: CLIENT_TIMEOUT_MS, auth: { type: 'ntlm', ...DEFAULT_USER } })];
      }),
    );
  const [clients, others] = [connect(3), connect(2)];
  const gremlin = new Gremlin(centre, seed);
  const queue = new MigrationQueue({ retries: 4, retryDelayMs: 50, refreshMs: 50, wait: PATIENCE });
  const attempts: Attempt[] = [];
  const lies: string[] = [];

  const recordsOf = ({ id }: Pick<Machine, 'id'>): readonly MigrationRecord[] => centre.migrations.filter(({ machine }) => machine === id);
  const isMoving = (machine: Machine): boolean => recordsOf(machine).some(({ endedAt }) => endedAt === null);

  /** One script: as many attempts as it allows, on a machine that nobody else moves. */
  async function play(script: Script): Promise<void> {
    const machine = machines.find(({ isBusy }, index) => !isBusy && index % 2 === script.number % 2) ?? machines.find(({ isBusy }) => !isBusy)!;
    machine.isBusy = true;
    if (script.failure !== null) centre.failNext({ machine: machine.id, ...script.failure });
    for (let start = 1; start <= MOST_STARTS; start++) {
      const attempt = await tryOnce(script, machine);
      attempts.push(attempt);
      if (attempt.claim.kind === 'unknown') {
        // Whatever is still on its way arrives, and whatever runs ends.
        await sleep(LONGEST_DELAY_MS);
        while (isMoving(machine)) await sleep(10);
      }
      const mayStart = attempt.claim.kind === 'refused' || (attempt.claim.kind === 'notMoved' && attempt.claim.job === null);
      if (!mayStart || !script.startsAgain) break;
    }
    machine.isBusy = false;
    // The next one takes another machine.
    machines.push(...machines.splice(machines.indexOf(machine), 1));
  }

  async function tryOnce(script: Script, machine: Machine): Promise<Attempt> {
    const from = centre.whereIs(machine.id)!;
    const to = names.filter((name) => name !== from)[script.destination]!;
    const journey: Journey = {
      script,
      machine,
      from: clients.get(from)!,
      to: clients.get(to)!,
      others: { from: others.get(from)!, to: others.get(to)! },
      queue,
      onStart: () => script.startTrouble !== null && gremlin.trouble(from, script.startTrouble),
      onEnded: (job) => {
        if (recordsOf(machine).some(({ id, endedAt }) => id === job && endedAt === null)) lies.push(`cancel() said that ${job} has ended, and it runs\n${story(machine)}`);
      },
    };
    const begunAt = Date.now();
    const tooLong = new AbortController();
    const late = sleep(LONGEST_JOURNEY_MS, null, { signal: tooLong.signal, ref: false }).catch(() => null);
    const driven = await Promise.race([drive(journey), late]);
    tooLong.abort();
    if (driven === null) throw new Error(`${machine.name} did not come to an end in ${LONGEST_JOURNEY_MS} ms (${script.way})\n${story(machine)}`);
    return { number: script.number, machine: machine.id, begunAt, claimedAt: Date.now(), ...driven };
  }

  function story(machine: Machine): string {
    const begun = attempts.filter((attempt) => attempt.machine === machine.id);
    const told = [
      ...begun.map(({ number, begunAt, claimedAt, claim }) => ({ at: begunAt, text: `migration ${number} asked for; at +${claimedAt - begunAt} ms: ${claim.kind} ${claim.job ?? ''} ${claim.said}` })),
      ...recordsOf(machine).map(({ id, from, to, startedAt: at, endedAt, end }) => ({ at, text: `books: ${id} from ${from} to ${to}, ${end ?? 'running'} after ${(endedAt ?? NaN) - at} ms` })),
      ...gremlin.mischief.filter(({ at }) => begun.some((attempt) => at >= attempt.begunAt && at <= attempt.claimedAt)).map(({ at, host, what }) => ({ at, text: `${host}: ${what}` })),
    ];
    const lines = told.toSorted((one, other) => one.at - other.at).map(({ at, text }) => `  ${new Date(at).toISOString().slice(14, 23)} ${text}`);
    return [`seed ${seed}, ${machine.name} ${machine.id}, at first on ${machine.startedOn}:`, ...lines].join('\n');
  }

  const scripts = Array.from({ length: migrations }, (_, number) => scriptOf(new Random(`${seed} migration ${number}`), number, hosts, migrationMs));
  const working = gremlin.work(TROUBLE_EVERY_MS / hosts, REBOOT_EVERY_MS / hosts);
  try {
    const left = scripts[Symbol.iterator]();
    await Promise.all(
      Array.from({ length: drivers }, async () => {
        for (const script of left) await play(script);
      }),
    );
  } finally {
    gremlin.stop();
    await working;
    await queue.close();
    await Promise.all([...clients.values(), ...others.values()].map((client) => client.close()));
  }

  // What was delayed beyond the patience of everybody comes now, or never.
  await sleep(LONGEST_DELAY_MS);
  for (const machine of machines) {
    const records = recordsOf(machine);
    const own = attempts.filter((attempt) => attempt.machine === machine.id).toSorted((one, other) => one.begunAt - other.begunAt);
    const found = own.flatMap((attempt, index) => {
      const until = own[index + 1]?.begunAt ?? Infinity;
      return liesOf(attempt, records.filter(({ startedAt: at }) => at >= attempt.begunAt && at < until)).map((lie) => `migration ${attempt.number}: ${lie}`);
    });
    const on = names.filter((name) => centre.host(name).query(`SELECT Name FROM Msvm_ComputerSystem WHERE Name = '${machine.id}'`).length === 1);
    found.push(...contradictions(records, machine.startedOn, on.length === 1 ? on[0]! : null));
    if (found.length > 0) lies.push([...found, story(machine)].join('\n'));
  }
  for (const name of names) {
    const planned = centre.host(name).query('SELECT Name FROM Msvm_PlannedComputerSystem');
    if (planned.length > 0) lies.push(`seed ${seed}: ${name} has ${planned.length} planned machines left`);
  }
  return {
    seed,
    elapsedMs: Math.round(performance.now() - startedAt),
    migrationMs,
    jobLifetimeMs,
    claims: count(attempts.map(({ claim }) => claim.kind)),
    ends: count(centre.migrations.map(({ end }) => end ?? 'running')),
    mischief: count(gremlin.mischief.map(({ what }) => what.replace(/ \d+$/, '').replace(/,.*/, ''))),
    unknown: attempts.filter(({ claim }) => claim.kind === 'unknown').map(({ number, claim }) => `migration ${number}: ${claim.said}`),
    openEnumerations: centre.hosts.reduce((sum, host) => sum + host.openEnumerations, 0),
    lies,
  };
}

function count(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
