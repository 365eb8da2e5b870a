import { isIP } from 'node:net';
import type { MigrationJobStatus } from '../job-status.js';

/** Whether two things are the same, as far as can be told. */
export type Match = 'yes' | 'no' | 'unclear';

/**
 * Whether a job goes to a host: its name in any letter case. A name without a domain is the same in every domain; whether
 * an address and a name are the same host cannot be told. A job that names no destination may go to any, and where the
 * machine stays on its host every job fits.
 */
export function goesTo({ instance: { DestinationHost } }: MigrationJobStatus, to: string | null): Match {
  if (to === null || typeof DestinationHost !== 'string' || DestinationHost === '') return 'yes';
  const given = DestinationHost.toLowerCase();
  const wanted = to.toLowerCase();
  if (given === wanted) return 'yes';
  const addresses = [given, wanted].filter((name) => isIP(name) !== 0).length;
  if (addresses > 0) return addresses === 1 ? 'unclear' : 'no';
  const isShort = !given.includes('.') || !wanted.includes('.');
  return isShort && given.split('.')[0] === wanted.split('.')[0] ? 'yes' : 'no';
}
