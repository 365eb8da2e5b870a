import { fromBase64 } from '../bytes.js';

/** One challenge of a WWW-Authenticate header (RFC 9110 §11.6.1). */
export type Challenge = {
  /** The scheme as the host spelled it. */
  readonly scheme: string;
  /** The decoded token68, `null` when there is none or it is no base64. */
  readonly token: Uint8Array | null;
};

/** A quoted string; one without its end takes the rest, or what is in it would be searched once for every quote. */
const QUOTED = String.raw`"(?:\\.|[^"\\])*(?:"|\\?$)`;
const PART = new RegExp(`(?:${QUOTED}|[^",])+`, 'g');
const STRING = new RegExp(QUOTED, 'g');

/** Reads the challenges of a WWW-Authenticate header, repeated ones joined with a comma; parameters are skipped. */
export function parseChallenges(header: string | undefined): readonly Challenge[] {
  const challenges: Challenge[] = [];
  for (const part of (header ?? '').match(PART) ?? []) {
    const match = /^\s*([A-Za-z][\w!#$%&'*+.^`|~-]*)(?:\s+(\S+?))?\s*$/.exec(part.replace(STRING, '""'));
    if (match?.[1] === undefined) continue;
    challenges.push({ scheme: match[1], token: match[2] === undefined ? null : fromBase64(match[2]) });
  }
  return challenges;
}
