/** Many migrations over several hosts while everything breaks, and the comparison of what was concluded with what was true. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationQueue } from '../../src/index.js';
import { DEFAULT_USER, SimulatedDataCentre } from '../../src/testing/index.js';
import { type Machine, liesAbout, storyOf } from './books.js';
import { type Journey, PATIENCE, QuickHost, drive } from './drive.js';
import { Gremlin } from './gremlin.js';
import { Random } from './random.js';
import { Resends } from './resends.js';
import { CLIENT_TIMEOUT_MS, LONGEST_DELAY_MS, type Script, scriptOf } from './script.js';
import type { Attempt } from './verdict.js';

export type ChaosOptions = { readonly seed: number; readonly migrations: number; readonly hosts: number };

/** What a run came to. */
export type ChaosReport = {
  readonly seed: number;
  readonly elapsedMs: number;
  /** How long a migration took, and its job stayed. */
  readonly migrationMs: number;
  readonly jobLifetimeMs: number;
  /** How long the machine was on both hosts or on none meanwhile, and what jobs called it. */
  readonly handOver: string;
  readonly jobsName: 'id' | 'name';
  /** What was concluded of each attempt, counted. */
  readonly claims: Readonly<Record<string, number>>;
  /** How migrations ended by the books, counted. */
  readonly ends: Readonly<Record<string, number>>;
  /** What was done to the hosts, counted. */
  readonly mischief: Readonly<Record<string, number>>;
  /** What was said of the attempts of which it is not known how they ended. */
  readonly unknown: readonly string[];
  /** The attempts that took longest, with what was said. */
  readonly slowest: readonly string[];
  /** On all hosts, when everybody had gone. */
  readonly openEnumerations: number;
  /** What was not true, each with the story of its machine. */
  readonly lies: readonly string[];
};

/** How many migrations are driven at a time for each host, and how many machines there are for each of them. */
const DRIVERS_PER_HOST = 2;
const MACHINES_PER_DRIVER = 2;
/** How often a script asks for its migration where it is told that this does no harm. */
const MOST_STARTS = 4;
/** Of the requests to a host one in so many meets trouble, beside the troubles that scripts ask for. */
const TROUBLE_EVERY = 25;
/** Each host is rebooted so often, on average. */
const REBOOT_EVERY_MS = 12_000;
const LONGEST_ATTEMPT_MS = 240_000;

/** Runs it. What is done follows from the seed; when it happens depends on the computer, too. */
export async function runChaos({ seed, migrations, hosts }: ChaosOptions): Promise<ChaosReport> {
  const startedAt = performance.now();
  const random = new Random(`${seed} data centre`);
  const migrationMs = random.pick([20, 50, 120]);
  const jobLifetimeMs = random.pick([20, 80, 400, 2000]);
  const names = Array.from({ length: hosts }, (_, index) => `hv${String(index + 1).padStart(2, '0')}`);
  const limited = names.map((name) => ({ name, maximumMigrations: random.between(2, 5), maximumStorageMigrations: random.between(1, 4) }));
  const [handOverMs, handOverOn, jobsName] = [random.pick([0, 30, 200]), random.pick(['both', 'none'] as const), random.pick(['id', 'name'] as const)];
  using resends = new Resends();
  await using centre = await SimulatedDataCentre.start({ hosts: limited, migrationMs, handOverMs, handOverOn, jobsName, jobLifetimeMs });
  const drivers = hosts * DRIVERS_PER_HOST;
  const machines = Array.from({ length: drivers * MACHINES_PER_DRIVER }, (_, index): Machine => {
    const [name, startedOn] = [`vm${index}`, names[index % hosts]!];
    return { id: centre.addMachine(startedOn, { name, state: random.pick(['running', 'off']) }), name, startedOn };
  });
  const connect = (name: string, connections: number): QuickHost => {
    const transport = random.pick(['axios', 'undici'] as const);
    return new QuickHost({ url: centre.host(name).url, name, connections, transport, timeoutMs: CLIENT_TIMEOUT_MS, auth: { type: 'ntlm', ...DEFAULT_USER } });
  };
  const clients = new Map(names.map((name) => [name, { main: connect(name, 3), other: connect(name, 2) }]));
  const gremlin = new Gremlin(centre, seed);
  const queue = new MigrationQueue({ retries: 4, retryDelayMs: 50, refreshMs: 50, wait: PATIENCE });
  const attempts: Attempt[] = [];
  const lies: string[] = [];
  const events = { seed, centre, attempts, mischief: gremlin.mischief };
  /** When nobody moves the machine of an index any more. */
  const turns = new Map<number, Promise<void>>();

  const runs = (machine: Machine, job?: string): boolean => centre.migrations.some((record) => record.machine === machine.id && record.endedAt === null && (job ?? record.id) === record.id);

  /** One script on its machine, which nobody else moves meanwhile. */
  function play(script: Script): Promise<void> {
    const index = script.number % machines.length;
    const turn = (turns.get(index) ?? Promise.resolve()).then(() => playOn(machines[index]!, script));
    turns.set(index, turn);
    return turn;
  }

  async function playOn(machine: Machine, script: Script): Promise<void> {
    if (script.failure !== null) centre.failNext({ machine: machine.id, ...script.failure });
    for (let start = 1; start <= MOST_STARTS; start++) {
      const attempt = await tryOnce(machine, script);
      attempts.push(attempt);
      const { kind, job } = attempt.claim;
      if (kind === 'unknown') {
        // Whatever is on its way arrives, and whatever runs ends.
        await sleep(LONGEST_DELAY_MS);
        const since = Date.now();
        while (runs(machine)) {
          if (Date.now() - since > LONGEST_ATTEMPT_MS) throw new Error(`${machine.name} is in a migration that does not end\n${storyOf(machine, events)}`);
          await sleep(10);
        }
      }
      if (kind !== 'refused' && !(kind === 'notMoved' && job === null && script.startsAgain)) return;
    }
  }

  async function tryOnce(machine: Machine, script: Script): Promise<Attempt> {
    const from = centre.whereIs(machine.id)!;
    const [source, destination] = [clients.get(from)!, clients.get(names.filter((name) => name !== from)[script.destination]!)!];
    const journey: Journey = {
      script,
      machine,
      from: source.main,
      to: destination.main,
      others: { from: source.other, to: destination.other },
      queue,
      onStart: () => {
        if (script.startTrouble !== null) gremlin.trouble(from, script.startTrouble);
      },
      onEnded: (job) => {
        if (runs(machine, job)) lies.push(`cancel() said that ${job} has ended, and it runs\n${storyOf(machine, events)}`);
      },
    };
    const begunAt = Date.now();
    const inTime = new AbortController();
    const tooLate = sleep(LONGEST_ATTEMPT_MS, null, { signal: inTime.signal }).catch(() => null);
    const driven = await Promise.race([drive(journey), tooLate]);
    inTime.abort();
    if (driven === null) throw new Error(`${machine.name} came to no end in ${LONGEST_ATTEMPT_MS} ms (${script.way})\n${storyOf(machine, events)}`);
    return { number: script.number, machine: machine.id, begunAt, claimedAt: Date.now(), ...driven };
  }

  const scripts = Array.from({ length: migrations }, (_, number) => scriptOf(new Random(`${seed} migration ${number}`), number, hosts, migrationMs));
  const breaking = gremlin.work(TROUBLE_EVERY, REBOOT_EVERY_MS / hosts);
  try {
    const left = scripts.values();
    const driver = async (): Promise<void> => {
      for (const script of left) await play(script);
    };
    await Promise.all(Array.from({ length: drivers }, driver));
  } finally {
    gremlin.stop();
    await breaking;
    await queue.close();
    await Promise.all([...clients.values()].flatMap(({ main, other }) => [main.close(), other.close()]));
  }
  // What was delayed beyond the patience of everybody comes now, or never.
  await sleep(LONGEST_DELAY_MS);
  lies.push(...machines.flatMap((machine) => liesAbout(machine, events)));
  const { seen, allowed } = resends.count(centre.hosts);
  if (seen > allowed) lies.push(`seed ${seed}: ${seen} requests to migrate were sent again, of which ${allowed} after a 401`);
  for (const host of centre.hosts) {
    const planned = host.query('SELECT Name FROM Msvm_PlannedComputerSystem').length;
    if (planned > 0) lies.push(`seed ${seed}: ${planned} planned machines are left on ${host.name}`);
  }
  return {
    seed,
    elapsedMs: Math.round(performance.now() - startedAt),
    migrationMs,
    jobLifetimeMs,
    handOver: `${handOverMs} ms on ${handOverOn}`,
    jobsName,
    claims: count(attempts.map(({ claim }) => claim.kind)),
    ends: count(centre.migrations.map(({ end }) => end ?? 'running')),
    mischief: count(gremlin.mischief.map(({ kind }) => kind)),
    unknown: attempts.filter(({ claim }) => claim.kind === 'unknown').map(({ number, claim }) => `migration ${number}: ${claim.said}`),
    slowest: attempts
      .toSorted((one, other) => other.claimedAt - other.begunAt - (one.claimedAt - one.begunAt))
      .slice(0, 5)
      .map(({ number, begunAt, claimedAt, claim }) => `migration ${number} (${scripts[number]!.way}): ${claim.kind} after ${claimedAt - begunAt} ms: ${claim.said}`),
    openEnumerations: centre.hosts.reduce((sum, host) => sum + host.openEnumerations, 0),
    lies,
  };
}

function count(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
