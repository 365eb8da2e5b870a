import { FaultError } from '../errors.js';
import { configRequest, readConfigResponse } from '../wsman/config.js';
import type { Caller } from './caller.js';
import type { CallOptions } from './options.js';

/** How large a page to ask for; the host's own limits where it tells them. */
export type Limits = {
  /** The most items of a page. */
  readonly pageSize: number;
  /** The largest envelope, in bytes. */
  readonly maxEnvelopeSize: number;
};

/**
 * With so many an instance's share of a round trip costs little beside its reading, so larger pages gain hardly any time, and
 * cost memory: what is read grows with the page (docs/performance.md).
 */
const PAGE_SIZE = 64;
/** A page is held in memory whole, whatever the host would allow. */
const LARGEST_ENVELOPE = 4 * 1024 * 1024;
/** Windows as it comes. */
const DEFAULTS: Limits = { pageSize: PAGE_SIZE, maxEnvelopeSize: 512_000 };

/**
 * Reads the limits of winrm/config. Only administrators may; then, and where there is no such resource, the defaults of
 * Windows are taken.
 */
export async function readLimits(caller: Caller, call: CallOptions): Promise<Limits> {
  if (caller.options.dialect !== 'windows') return DEFAULTS;
  try {
    const config = await caller.call({ asked: 'Get of winrm/config', effect: 'none', request: configRequest(), read: readConfigResponse }, call);
    return {
      pageSize: clamp(config.MaxBatchItems ?? PAGE_SIZE, 1, PAGE_SIZE),
      maxEnvelopeSize: clamp((config.MaxEnvelopeSizekb ?? 500) * 1024, 8192, LARGEST_ENVELOPE),
    };
  } catch (error) {
    if (error instanceof FaultError) return DEFAULTS;
    throw error;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
