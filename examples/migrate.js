// Moves a machine to another host, and says how that ended. After `npm run build`:
//   SOURCE_URL=https://hv01.example DESTINATION_URL=https://hv02.example HYPERV_USER='EXAMPLE\ops' HYPERV_PASSWORD=... \
//     MACHINE=web01 node examples/migrate.js
// Ctrl-C ends the waiting; the migration goes on.
import { HyperVHost, HyperVWsmanError, MigrationStartUnknownError, diagnose } from 'hyperv-wsman';

const { SOURCE_URL = '', DESTINATION_URL = '', HYPERV_USER = '', HYPERV_PASSWORD = '', MACHINE = '' } = process.env;

const source = new HyperVHost({ url: SOURCE_URL, auth: { type: 'negotiate', username: HYPERV_USER, password: HYPERV_PASSWORD } });
const destination = new HyperVHost({ url: DESTINATION_URL, auth: { type: 'negotiate', username: HYPERV_USER, password: HYPERV_PASSWORD } });
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

/** What stands against the migration; empty when nothing is known to. */
async function obstacles() {
  const { findings } = await source.migrations.preflight({ destination });
  for (const { severity, what, how } of findings) console.error(`${severity}: ${what}. ${how}`);
  const { checks } = await source.migrations.precheck(MACHINE, { to: destination });
  return [
    ...findings.filter(({ severity }) => severity === 'blocks').map(({ what }) => what),
    ...checks.filter(({ verdict }) => verdict === 'failed').map(({ name, reasons }) => reasons.at(-1)?.Message ?? `${name} says no`),
  ];
}

/** Starts the migration, once. `null`: the machine has moved, and its job was not seen. */
async function start() {
  try {
    return await source.migrations.start(MACHINE, { to: destination });
  } catch (error) {
    if (!(error instanceof MigrationStartUnknownError)) throw error;
    const finding = await error.reconcile({ destination });
    if (finding.kind === 'job') return finding.job;
    if (finding.kind === 'moved') return null;
    throw error;
  }
}

/**
 * Follows the migration to its end.
 *
 * @param {import('hyperv-wsman').MigrationJob} job
 * @returns {Promise<string>} how it ended
 */
async function follow(job) {
  const outcome = await job.wait({
    destination,
    signal: interrupt.signal,
    onStatus: ({ state, percent }) => console.error(`${state} ${percent ?? '-'} %`),
  });
  if (outcome.kind === 'failed') {
    const { summary, advice } = diagnose(outcome.errors, { destinationHost: await destination.name() });
    console.error([summary, ...advice.map((step) => `- ${step}`)].join('\n'));
  }
  for (const { at, host, seen } of outcome.evidence.observations) console.error(`${at} ${host}: ${seen}`);
  return outcome.kind === 'gone' ? outcome.machine : outcome.kind;
}

/** @type {import('hyperv-wsman').MigrationJob | null} */
let job = null;
try {
  const against = await obstacles();
  if (against.length > 0) throw new Error(`Not started: ${against.join('; ')}`);
  job = await start();
  const end = job === null ? 'moved' : await follow(job);
  console.log(end);
  process.exitCode = end === 'succeeded' || end === 'moved' ? 0 : 1;
} catch (error) {
  if (interrupt.signal.aborted && job !== null) console.log(JSON.stringify(job.reference));
  else console.error(error instanceof HyperVWsmanError ? `${error.code}: ${error.message}` : String(error));
  process.exitCode = interrupt.signal.aborted ? 130 : 1;
} finally {
  await source.close();
  await destination.close();
}
