import { OutcomeUnknownError } from '../../errors.js';
import type { MigrationIntent } from './intent.js';
import type { MigrationFinding, ReconcileOptions } from './reconcile.js';

/**
 * A migration may or may not have been started: the answer was lost. It was not asked for again. Code `OUTCOME_UNKNOWN`;
 * what was lost is in `cause`.
 *
 * @example
 * ```ts
 * import { type HyperVHost, MigrationStartUnknownError } from 'hyperv-wsman';
 * async function start(source: HyperVHost, destination: HyperVHost) {
 *   try {
 *     return await source.migrations.start('web01', { to: destination });
 *   } catch (error) {
 *     if (!(error instanceof MigrationStartUnknownError)) throw error;
 *     const finding = await error.reconcile({ destination });
 *     if (finding.kind === 'job') return finding.job;
 *     throw error;
 *   }
 * }
 * ```
 */
export class MigrationStartUnknownError extends OutcomeUnknownError {
  /** What was asked for: plain JSON. */
  readonly intent: MigrationIntent;
  readonly #reconcile: (options?: ReconcileOptions) => Promise<MigrationFinding>;

  constructor(intent: MigrationIntent, reconcile: (options?: ReconcileOptions) => Promise<MigrationFinding>, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`The migration of ${intent.machine.name} may or may not have been started: ${reason}. Reconcile before you start it again`, { cause });
    this.intent = intent;
    this.#reconcile = reconcile;
  }

  /** Asks the hosts what is true, as `MigrationService.reconcile` does. */
  reconcile(options?: ReconcileOptions): Promise<MigrationFinding> {
    return this.#reconcile(options);
  }
}
