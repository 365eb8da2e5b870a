import { UsageError } from '../errors.js';
import type { HyperVHost } from '../hyperv/host.js';
import type { MigrationOptions } from '../hyperv/migrations/options.js';
import type { MigrationIntent } from '../hyperv/migrations/intent.js';
import type { MigrationFinding } from '../hyperv/migrations/reconcile.js';
import { type StoredIntent, checkSame, readIntent, removeIntent, writeIntent, writeJob } from './intent-file.js';
import type { Io } from './io.js';
import { oneLine, writeLine } from './output.js';

/** A migration as it was asked for. */
export type MigrationRequest = {
  /** GUID or name. */
  readonly machine: string;
  readonly migration: MigrationOptions;
  /** Where what became of it is looked for, too. */
  readonly destination: HyperVHost | undefined;
  /** Where the intent is stored before the start, and its job after it. */
  readonly file: string | undefined;
};

/** What was intended, now or by an earlier run, and what became of it. */
export type Started = { readonly intent: MigrationIntent; readonly finding: MigrationFinding };

/**
 * Starts a migration, unless an earlier run with the same file may have: then what became of that is found out, and nothing is started. The file of one that
 * was not, or is not, under way is removed, so that another run starts anew. The start itself is not interrupted, so that it is known whether it was made.
 *
 * @throws UsageError - it cannot be; an intent that cannot be stored, or is of another migration
 * @throws AnyError - nothing was started
 */
export async function startOnce(io: Io, host: HyperVHost, request: MigrationRequest): Promise<Started> {
  const { machine, migration, file } = request;
  const { signal } = io;
  const earlier = file === undefined ? null : await readEarlier(host, file, request, signal);
  if (earlier !== null) {
    const finding = await findOut(io, host, earlier, request);
    return kept(io, file, { intent: earlier, finding });
  }
  const intent = await host.migrations.intend(machine, { ...migration, signal });
  if (file !== undefined) await writeIntent(file, intent);
  return kept(io, file, { intent, finding: await start(io, host, intent, request) });
}

/** What became of the intent of an earlier run: where its job is stored, that tells. */
async function findOut(io: Io, host: HyperVHost, { job, ...intent }: StoredIntent, request: MigrationRequest): Promise<MigrationFinding> {
  const { file = '' } = request;
  if (job === undefined) {
    await writeLine(io.stderr, `${file} holds an intent of ${intent.intendedAt}: finding out what became of it; that can take a minute`);
    return host.migrations.reconcile(intent, search(request, io.signal));
  }
  const [{ MigrationJob }, { resolveJobReference }] = await Promise.all([import('../hyperv/job.js'), import('../hyperv/job-reference.js')]);
  await writeLine(io.stderr, `${file} holds a migration that was started after ${intent.intendedAt}: going on with it`);
  return { kind: 'job', job: new MigrationJob(host.client, resolveJobReference(job, host.client.host), intent), observations: [] };
}

async function start(io: Io, host: HyperVHost, intent: MigrationIntent, request: MigrationRequest): Promise<MigrationFinding> {
  const { MigrationStartUnknownError } = await import('../hyperv/migrations/start-unknown-error.js');
  try {
    io.signal.throwIfAborted();
    return { kind: 'job', job: await host.migrations.start(intent), observations: [] };
  } catch (error) {
    if (error instanceof MigrationStartUnknownError) {
      await writeLine(io.stderr, `${oneLine(error.message)}: finding out; that can take a minute`);
      return host.migrations.reconcile(intent, search(request, io.signal));
    }
    // Of a UsageError the reason may be that another run has started it.
    if (request.file !== undefined && !(error instanceof UsageError)) await removeIntent(request.file, intent);
    throw error;
  }
}

/** Stores what was found for the next run. That it cannot be does not end the migration, so it only is told. */
async function kept(io: Io, file: string | undefined, started: Started): Promise<Started> {
  const { intent, finding } = started;
  if (file === undefined) return started;
  if (finding.kind === 'notMoved') await removeIntent(file, intent);
  if (finding.kind === 'job') await writeJob(file, intent, finding.job.reference).catch((error: unknown) => writeLine(io.stderr, oneLine((error as Error).message)));
  return started;
}

async function readEarlier(host: HyperVHost, file: string, { machine, migration, destination }: MigrationRequest, signal: AbortSignal): Promise<StoredIntent | null> {
  const stored = await readIntent(file);
  if (stored === undefined) return null;
  const { checkIntent } = await import('../hyperv/migrations/intent.js');
  const intent = checkIntent(stored, host.client.host);
  const to = destination === undefined ? migration.to : await destination.name({ signal });
  checkSame(file, intent, { machine, to: typeof to === 'string' ? to : null, type: migration.type ?? 'VirtualSystem' });
  return intent;
}

function search({ destination }: MigrationRequest, signal: AbortSignal): { readonly signal: AbortSignal; readonly destination?: HyperVHost } {
  return { signal, ...(destination === undefined ? {} : { destination }) };
}
