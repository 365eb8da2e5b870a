// Median and spread.

/** What several rounds came to: the median, the least and the most. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  return { median, least: sorted[0], most: sorted.at(-1) };
}

/**
 * A figure that is made of several contenders' results, round by round: a ratio is that of one round, never of two medians.
 *
 * @param results - of `compete`
 * @param figure - of the results of one round, by name
 */
export function perRound(results, figure) {
  const names = Object.keys(results);
  const rounds = results[names[0]].map((_, round) => Object.fromEntries(names.map((name) => [name, results[name][round]])));
  return spread(rounds.map(figure));
}
