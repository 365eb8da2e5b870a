/** What each migration is to go through, decided before it begins. */
import type { MigrationFailure, Trouble } from '../../src/testing/index.js';
import { CATALOGUE } from '../../src/hyperv/diagnosis/catalogue.js';
import type { Random } from './random.js';

/**
 * How a migration is driven. `wait`: start and wait. `cancel`: and cancel meanwhile. `handover`: another client waits, by the
 * reference. `crash`: the client that starts it ends in the middle, another one reconciles the stored intent. `queue` and
 * `queueCancel`: by the queue.
 */
export type Way = 'wait' | 'cancel' | 'handover' | 'crash' | 'queue' | 'queueCancel';

export type Script = {
  readonly number: number;
  readonly way: Way;
  readonly storageToo: boolean;
  /** Names the machine by its name instead of its GUID. */
  readonly byName: boolean;
  /** Which of the other hosts it goes to. */
  readonly destination: number;
  /** How the migration is to fail. */
  readonly failure: Omit<MigrationFailure, 'machine'> | null;
  /** What happens to the source just when the migration is asked for. */
  readonly startTrouble: Trouble | null;
  /** The deadline of the start. */
  readonly startTimeoutMs: number;
  /** When it is cancelled, or its client ends. */
  readonly afterMs: number;
  readonly kill: boolean;
  /** Starts it again where it is told that this does no harm. */
  readonly startsAgain: boolean;
};

/** No answer of a client takes longer; a request that is delayed longer is carried out after its client gave up. */
export const CLIENT_TIMEOUT_MS = 1000;
export const LONGEST_DELAY_MS = 1200;

const WAYS: readonly Way[] = ['wait', 'wait', 'cancel', 'handover', 'crash', 'queue', 'queue', 'queue', 'queue', 'queueCancel'];
const CODES = CATALOGUE.filter(({ kind }) => kind !== 'returnValue').map(({ code }) => code);
const REJECTIONS = CATALOGUE.filter(({ kind, code }) => kind === 'returnValue' && code >= 32768).map(({ code }) => code);
const START_TROUBLES: readonly Trouble[] = [
  { when: 'request', kind: 'drop' },
  { when: 'request', kind: 'status', status: 401 },
  { when: 'request', kind: 'status', status: 503 },
  { when: 'response', kind: 'drop' },
  { when: 'response', kind: 'drop' },
  { when: 'response', kind: 'status', status: 503 },
  { when: 'response', kind: 'truncate' },
  { when: 'response', kind: 'badRelatesTo' },
];

/** Arrives when its client has given up. */
const LATE: Trouble = { when: 'request', kind: 'delay', ms: 300 };

export function scriptOf(random: Random, number: number, hosts: number, migrationMs: number): Script {
  const isImpatient = random.chance(0.1);
  return {
    number,
    way: random.pick(WAYS),
    storageToo: random.chance(0.1),
    byName: random.chance(0.5),
    destination: random.between(0, hosts - 2),
    failure: random.chance(0.15) ? failure(random) : null,
    startTrouble: isImpatient ? LATE : random.chance(0.2) ? random.pick(START_TROUBLES) : null,
    startTimeoutMs: isImpatient ? random.between(50, 250) : CLIENT_TIMEOUT_MS,
    afterMs: random.between(0, migrationMs * 2),
    kill: random.chance(0.3),
    startsAgain: random.chance(0.5),
  };
}

function failure(random: Random): Omit<MigrationFailure, 'machine'> {
  return random.chance(0.2) ? { reject: random.pick(REJECTIONS) } : { code: random.pick(CODES), atPercent: random.between(0, 99) };
}
