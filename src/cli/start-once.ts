import { ReturnValueError } from '../errors.js';
import type { HyperVHost } from '../hyperv/host.js';
import type { MigrationIntent } from '../hyperv/migrations/intent.js';
import type { MigrationOptions } from '../hyperv/migrations/options.js';
import type { MigrationFinding } from '../hyperv/migrations/reconcile.js';
import { checkSame, readIntent, removeIntent, writeIntent } from './intent-file.js';
import type { Io } from './io.js';
import { oneLine, writeLine } from './output.js';

/** A migration as it was asked for. */
export type MigrationRequest = {
  /** GUID or name. */
  readonly machine: string;
  readonly migration: MigrationOptions;
  /** Where what became of it is looked for, too. */
  readonly destination: HyperVHost | undefined;
  /** Where the intent is stored before the start. */
  readonly file: string | undefined;
};

/**
 * Starts a migration, unless an earlier run with the same file has: then what became of that is found out, and it is started
 * again only when nothing of it had begun. The start itself is not interrupted, so that it is known whether it was made.
 *
 * @returns its job, or what else became of it
 * @throws UsageError - it cannot be; an intent that cannot be stored, or is of another migration
 * @throws AnyError - nothing was started
 */
export async function startOnce(io: Io, host: HyperVHost, request: MigrationRequest): Promise<MigrationFinding> {
  const { machine, migration, file } = request;
  const { signal } = io;
  const earlier = file === undefined ? null : await readEarlier(host, file, request, signal);
  if (file !== undefined && earlier !== null) {
    await writeLine(io.stderr, `${file} holds an intent of ${earlier.intendedAt}: finding out what became of it; that can take a minute`);
    const finding = await host.migrations.reconcile(earlier, search(request, signal));
    if (finding.kind !== 'notMoved') return finding;
    await removeIntent(file);
  }
  const intent = await host.migrations.intend(machine, { ...migration, signal });
  if (file !== undefined) await writeIntent(file, intent);
  signal.throwIfAborted();
  return start(io, host, intent, request);
}

async function start(io: Io, host: HyperVHost, intent: MigrationIntent, request: MigrationRequest): Promise<MigrationFinding> {
  const { MigrationStartUnknownError } = await import('../hyperv/migrations/start-unknown-error.js');
  try {
    return { kind: 'job', job: await host.migrations.start(intent), observations: [] };
  } catch (error) {
    if (error instanceof ReturnValueError && request.file !== undefined) await removeIntent(request.file);
    if (!(error instanceof MigrationStartUnknownError)) throw error;
    await writeLine(io.stderr, `${oneLine(error.message)}: finding out; that can take a minute`);
    return host.migrations.reconcile(intent, search(request, io.signal));
  }
}

async function readEarlier(host: HyperVHost, file: string, { machine, migration, destination }: MigrationRequest, signal: AbortSignal): Promise<MigrationIntent | null> {
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
