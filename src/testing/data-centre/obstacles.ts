import { type JobErrors, type Subject, ERROR_CODE, codeErrors, limitErrors, processorErrors } from './migration-errors.js';
import type { CentreHost } from './inventory.js';
import { MIGRATION_SETTINGS_PATH } from './host-instances.js';
import { MIGRATION_TYPE } from './migration-request.js';

/** What of the settings of a host's migration service decides over migrations. */
export type ServiceSettings = { readonly isEnabled: boolean; readonly limits: Readonly<Record<Slot, number>> };

/** The two kinds of migrations that a host counts and limits. */
export type Slot = 'virtualSystem' | 'storage';

/** How many migrations run on a host. */
export type Running = (host: CentreHost, slot: Slot) => number;

const SLOTS: Readonly<Record<number, readonly Slot[]>> = {
  [MIGRATION_TYPE.virtualSystem]: ['virtualSystem'],
  [MIGRATION_TYPE.storage]: ['storage'],
  [MIGRATION_TYPE.staged]: ['virtualSystem'],
  [MIGRATION_TYPE.virtualSystemAndStorage]: ['virtualSystem', 'storage'],
};

/** The slots that a migration of a type takes on each of its hosts; a deep check takes none. */
export function slotsOf(type: number): readonly Slot[] {
  return SLOTS[type] ?? [];
}

/** The settings of a host as they are now. */
export function serviceSettings({ host }: CentreHost): ServiceSettings {
  const settings = host.get(MIGRATION_SETTINGS_PATH);
  return {
    isEnabled: settings.EnableVirtualSystemMigration === true,
    limits: { virtualSystem: Number(settings.MaximumActiveVirtualSystemMigration), storage: Number(settings.MaximumActiveStorageMigration) },
  };
}

/**
 * Why a machine cannot go to a host at all, whatever else happens; `null` when it can.
 *
 * @param destination - `null`: there is no such host
 */
export function obstacle(subject: Subject, source: CentreHost, destination: CentreHost | null): JobErrors | null {
  if (destination === null) return codeErrors(subject, ERROR_CODE.hostNotFound);
  if (destination === source) return null;
  if (!destination.host.isUp) return codeErrors(subject, ERROR_CODE.timedOut);
  if (!serviceSettings(destination).isEnabled) return codeErrors(subject, ERROR_CODE.connectionRefused);
  const isSensitive = subject.machine.state !== 'off';
  if (isSensitive && source.settings.processor !== destination.settings.processor) return processorErrors(subject, destination.host.name);
  return null;
}

/** Why a migration cannot begin while others run; `null` when it can. */
export function limitReached(subject: Subject, type: number, hosts: readonly CentreHost[], running: Running): JobErrors | null {
  for (const host of new Set(hosts)) {
    const { limits } = serviceSettings(host);
    const full = slotsOf(type).find((slot) => running(host, slot) >= limits[slot]);
    if (full !== undefined) return limitErrors(subject, limits[full]);
  }
  return null;
}
