import { CimInterval } from '../cim/datetime.js';

/** A length of time as Windows writes it in headers and bodies, an XML Schema duration: `PT60.000S`. */
export function formatDuration(milliseconds: number): string {
  return `PT${(milliseconds / 1000).toFixed(3)}S`;
}

/**
 * The milliseconds of an XML Schema duration.
 *
 * @throws ProtocolError - not a duration, or one with years or months, which have no fixed length
 */
export function parseDuration(text: string): number {
  return CimInterval.parse(text).toMilliseconds();
}
