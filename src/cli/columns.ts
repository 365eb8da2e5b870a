import { displayWidth, fitWidth } from './display-width.js';

/** Lines with aligned columns under a header, nothing cut: ids are there to be copied. */
export function formatColumns(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => displayWidth(line[column]!))));
  return lines.map((line) => line.map((cell, column) => fitWidth(cell, widths[column]!)).join('  ').trimEnd()).join('\n');
}
