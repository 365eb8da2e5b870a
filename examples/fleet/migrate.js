// One migration, carried from its intent to its outcome by as many processes as it takes. It knows nothing of the queue:
// where the record is kept, and how a process makes sure that it is the only one, is the caller's.
import { MigrationStartUnknownError, ReturnValueError, UsageError, diagnose } from 'hyperv-wsman';

/**
 * What one process leaves to the next; plain JSON. Empty: nothing was started.
 * @typedef {{ intent?: import('hyperv-wsman').MigrationIntent, reference?: import('hyperv-wsman').JobReference }} MigrationRecord
 *
 * How it ended; plain JSON.
 * @typedef {{ kind: 'succeeded' | 'failed' | 'cancelled' | 'refused', reason: string | null, observations: readonly import('hyperv-wsman').Observation[] }} Outcome
 *
 * @typedef {object} Task
 * @property {import('hyperv-wsman').HyperVHost} source
 * @property {import('hyperv-wsman').HyperVHost} destination
 * @property {string} machine - its GUID or name
 * @property {MigrationRecord} record - as it was stored last
 * @property {(record: MigrationRecord) => Promise<void>} store - resolves when the record is safe; rejects, and stores nothing, when another process may have the task
 * @property {() => Promise<number>} hold - for how many milliseconds no other process has the task; rejects when another may have it
 * @property {number} settleMs - how long a request of a dead process may be on its way
 * @property {number} keptMs - an intent younger than this that left no trace has not begun; see settings.js
 * @property {(news: string) => void} tell
 */

/**
 * Starts the migration, or goes on with it where an earlier process stopped, and waits for its end. What it throws leaves
 * open how it ended: call it again with the record as it is then.
 *
 * @param {Task} task
 * @returns {Promise<Outcome>}
 */
export async function migrate(task) {
  const { source, destination, machine, store, settleMs, keptMs, tell } = task;
  let { intent, reference } = task.record;

  if (intent === undefined) {
    try {
      intent = await source.migrations.intend(machine, { to: destination });
    } catch (error) {
      if (error instanceof UsageError) return refused(error);
      throw error;
    }
    await store({ intent });
    tell('intended');
  } else if (reference === undefined) {
    const finding = await source.migrations.reconcile(intent, { destination, settleMs });
    tell(`reconciled: ${finding.kind}`);
    if (finding.kind === 'unknown') throw new Error('Whether the migration was started cannot be seen now');
    if (finding.kind === 'moved') return { kind: 'succeeded', reason: null, observations: finding.observations };
    if (finding.kind === 'notMoved' && !finding.mayStart && !isYounger(intent, keptMs)) {
      return { kind: 'failed', reason: 'It did not begin, or failed and its job was removed: look, then enqueue it again', observations: finding.observations };
    }
    if (finding.kind === 'job') reference = finding.job.reference;
  }

  if (reference === undefined) {
    const started = await start(task, intent);
    if ('kind' in started) return started;
    reference = started;
  }
  await store({ intent, reference });
  tell('running');
  return follow(task, intent, reference);
}

/**
 * Another worker made the intent: its clock is compared with ours, and an intent from the future tells that they differ.
 * @param {import('hyperv-wsman').MigrationIntent} intent
 * @param {number} ms
 */
function isYounger({ intendedAt }, ms) {
  const age = Date.now() - Date.parse(intendedAt);
  return age >= 0 && age < ms;
}

/**
 * @param {Task} task
 * @param {import('hyperv-wsman').MigrationIntent} intent
 * @returns {Promise<import('hyperv-wsman').JobReference | Outcome>}
 */
async function start({ source, destination, store, hold, settleMs }, intent) {
  const timeoutMs = await hold();
  try {
    const { reference } = await source.migrations.start(intent, { timeoutMs });
    return reference;
  } catch (error) {
    // The machine has a migration already: the next attempt finds out whether it is this one.
    if (error instanceof UsageError) throw error;
    const isOpen = error instanceof MigrationStartUnknownError;
    const answer = isOpen ? error.cause : error;
    // The host also refuses what it is doing already: a request that was taken for lost may have arrived just now.
    if (isOpen || answer instanceof ReturnValueError) {
      const finding = await source.migrations.reconcile(intent, { destination, settleMs: isOpen ? settleMs : 0 });
      if (finding.kind !== 'notMoved' || (isOpen && !finding.mayStart)) throw error;
    }
    // Nothing has begun. A machine that is being backed up or saved can be moved later, and a host that was not reached may
    // be reached later: the next attempt begins with an intent of its own.
    if (answer instanceof ReturnValueError && diagnose(answer).retry !== 'later') return refused(answer);
    await store({});
    throw error;
  }
}

/**
 * @param {Task} task
 * @param {import('hyperv-wsman').MigrationIntent} intent
 * @param {import('hyperv-wsman').JobReference} reference
 * @returns {Promise<Outcome>}
 */
async function follow({ source, destination }, intent, reference) {
  const outcome = await source.migrationJob(reference).wait({ destination, machine: intent.machine.id });
  const { observations } = outcome.evidence;
  switch (outcome.kind) {
    case 'succeeded':
      return { kind: 'succeeded', reason: null, observations };
    case 'cancelled':
      return { kind: 'cancelled', reason: null, observations };
    case 'failed':
      return { kind: 'failed', reason: diagnose(outcome.errors).summary, observations };
    case 'gone':
      if (outcome.machine === 'moved') return { kind: 'succeeded', reason: 'Seen by where the machine is: its job was gone', observations };
      if (outcome.machine === 'notMoved') return { kind: 'failed', reason: 'Its job was gone before anybody could read why; the machine is still on the source', observations };
      throw new Error('The job is gone, and where the machine is cannot be seen now');
    case 'unknown':
      throw outcome.cause;
  }
}

/**
 * @param {Error} error
 * @returns {Outcome}
 */
function refused({ message }) {
  return { kind: 'refused', reason: message, observations: [] };
}
