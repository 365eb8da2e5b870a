// Results as text.

/**
 * A table with its columns aligned, the first to the left.
 *
 * @param rows - lists of cells, the first that of the headings
 */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ').trimEnd());
  return [lines[0], widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)].join('\n');
}

/** `123 (120 – 130)`; with a unit behind it where there is one. */
export function cell({ median, least, most }, unit = '') {
  return `${short(median)}${unit} (${short(least)} – ${short(most)})`;
}

/** A number with about three digits that count. */
export function short(value) {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
