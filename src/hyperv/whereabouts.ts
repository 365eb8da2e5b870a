import type { CallOptions } from '../client/options.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { UsageError } from '../errors.js';
import { type Clock, SYSTEM_CLOCK } from './clock.js';
import { type MachinePresence, lookForMachine } from './machine-presence.js';
import { Observations } from './observations.js';
import type { Observation, Whereabouts } from './outcome.js';
import { isPassing } from './passing.js';
import { UNREACHABLE_MS } from './watch.js';

/** A machine, and the hosts where it can be. */
export type Search = {
  readonly source: WsmanClient;
  /** `null`: there is nobody to ask, so that it can never be said that the machine has moved. */
  readonly destination: WsmanClient | null;
  /** Its GUID, or its name: that tells nothing where several machines of a host have it, nor a namesake on the other host from the machine itself. */
  readonly machine: string;
};

/** How long {@link whereabouts} tries. */
export type SearchOptions = Pick<CallOptions, 'signal' | 'timeoutMs'> & {
  /**
   * How long a machine is looked for again that is on both hosts or on none, as it is for a moment at the end of a migration, or that only the source
   * could be asked for, in milliseconds. Default 5,000.
   */
  readonly settleMs?: number;
  /** How long a host may give no answer at all, in milliseconds. Default ten minutes. */
  readonly unreachableMs?: number;
};

/** Where a machine is, and what that rests on. */
export type Sighting = { readonly machine: Whereabouts; readonly observations: readonly Observation[] };

const LOOK_MS = 30_000;
/** The last try before a host is given up must have a chance. */
const LEAST_LOOK_MS = 1000;
const FIRST_PAUSE_MS = 250;
const SLOWEST_PAUSE_MS = 5000;

type Seen = MachinePresence | 'ambiguous';

type Look = Seen | 'noAnswer' | 'refused';

/** What looking again does not mend: of several namesakes one may go, and then the other would be taken for the machine. */
const FINAL: readonly (Look | null)[] = ['ambiguous', 'refused'];

/**
 * Finds out where the machine of a migration is, by asking both hosts. Lost connections are borne for a while; what then
 * is not known is `unknown`.
 *
 * @param options - `timeoutMs` is for all of it; default: no limit beside those of `SearchOptions`
 * @throws UsageError - a client is closed
 * @throws the signal's reason - it was aborted
 */
export async function whereabouts(search: Search, options: SearchOptions = {}, clock: Clock = SYSTEM_CLOCK): Promise<Sighting> {
  const { signal, timeoutMs = Infinity, settleMs = 5000, unreachableMs = UNREACHABLE_MS } = options;
  const observations = new Observations();
  const end = clock.now() + timeoutMs;
  let unreachableSince: number | null = null;
  let unsettledSince: number | null = null;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, SLOWEST_PAUSE_MS)) {
    const asked = clock.now();
    const patience = Math.min(end - asked, Math.max(LEAST_LOOK_MS, (unreachableSince ?? asked) + unreachableMs - asked));
    const call = { timeoutMs: Math.max(1, Math.min(LOOK_MS, Math.ceil(patience))), ...(signal === undefined ? {} : { signal }) };
    const ask = (client: WsmanClient): Promise<Look> => look(client, search.machine, call, observations);
    const [here, there] = await Promise.all([ask(search.source), search.destination === null ? null : ask(search.destination)]);
    const machine = conclude(here, there);
    const answered = here !== 'noAnswer' && there !== 'noAnswer';
    unreachableSince = answered ? null : (unreachableSince ?? asked);
    unsettledSince = answered ? (unsettledSince ?? asked) : null;
    const now = clock.now();
    const giveUpAt = Math.min(end, unreachableSince === null ? Infinity : unreachableSince + unreachableMs, unsettledSince === null ? Infinity : unsettledSince + settleMs);
    // What the source alone shows may be the machine at the end of its migration, still on both hosts.
    const isSettled = machine === 'moved' || (machine === 'notMoved' && search.destination !== null);
    const isFinal = isSettled || FINAL.includes(here) || FINAL.includes(there) || now >= giveUpAt;
    if (isFinal) return { machine, observations: observations.list() };
    await clock.sleep(Math.min(pause, giveUpAt - now), signal);
  }
}

async function look(client: WsmanClient, machine: string, call: CallOptions, observations: Observations): Promise<Look> {
  try {
    const presence = await lookForMachine(client, machine, call);
    observations.add(client.host, SEEN[presence](machine));
    return presence;
  } catch (error) {
    call.signal?.throwIfAborted();
    if (error instanceof UsageError) throw error;
    observations.add(client.host, `No word of the machine ${machine}: ${error instanceof Error ? error.message : String(error)}`);
    return isPassing(error) ? 'noAnswer' : 'refused';
  }
}

const SEEN: Readonly<Record<Seen, (machine: string) => string>> = {
  realized: (machine) => `The machine ${machine} is here`,
  planned: (machine) => `The machine ${machine} is planned here, and has not arrived`,
  absent: (machine) => `The machine ${machine} is not here`,
  ambiguous: (machine) => `Several machines here have the name ${machine}: which one is meant is not known`,
};

function conclude(here: Look, there: Look | null): Whereabouts {
  if (here === 'absent' && there === 'realized') return 'moved';
  return here === 'realized' && (there === 'absent' || there === null) ? 'notMoved' : 'unknown';
}
