// What a workload gives, printed: its table, and each target with what was measured.
import { cell, short, table } from './table.mjs';

/**
 * Prints one workload's result.
 *
 * @param result.figures - `{ what, ...columns }` for each row; a column is a spread, with a `unit` or without, or `undefined` where there is none
 * @param result.targets - `{ what, value, must, aim, unit }`: `value` is a spread; lower is better
 * @param result.notes - lines
 */
export function printResult(name, { figures, targets = [], notes = [] }) {
  const columns = [...new Set(figures.flatMap((figure) => Object.keys(figure)))].filter((column) => column !== 'what');
  const rows = figures.map((figure) => [figure.what, ...columns.map((column) => (figure[column] === undefined ? '' : cell(figure[column])))]);
  console.log(`\n## ${name}\n\n${table([['', ...columns], ...rows])}`);
  for (const note of notes) console.log(`\n${note}`);
  if (targets.length === 0) return;
  console.log(`\n${table([['target', 'measured', 'must', '', 'aim', ''], ...targets.map(targetRow)])}`);
}

function targetRow({ what, value, must, aim, unit }) {
  const against = (limit) => [`<= ${short(limit)}${unit}`, value.median <= limit ? 'holds' : 'MISSED'];
  return [what, cell(value, unit), ...against(must), ...against(aim)];
}
