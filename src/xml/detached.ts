/** The shortest piece that V8 cuts out of a string without copying it. */
const SLICED = 13;

/**
 * The same text in memory of its own. A longer piece that V8 cuts out of a string keeps the whole string alive: who kept
 * one name of every instance of an enumeration kept every page of it. Joined and cut again, it keeps only the join.
 */
export function detached(text: string): string {
  return text.length < SLICED ? text : ` ${text}`.slice(1);
}
