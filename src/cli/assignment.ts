import { InvalidArgumentError } from 'commander';

/** A `Name=value` of the command line. */
export type Assignment = { readonly name: string; readonly text: string };

/** For an option that may be given several times. */
export function collectAssignments(text: string, before: readonly Assignment[] = []): readonly Assignment[] {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It is a name, an equals sign and a value: Name=value.');
  return [...before, { name, text: value }];
}

/** A whole number of at least one. */
export function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('It is a whole number from 1 to 999999999.');
  return count;
}

/** Names with commas between them. */
export function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (!names.every((name) => /^[A-Za-z_]\w*$/.test(name))) throw new InvalidArgumentError('It is names of properties with commas between them: Name,ElementName.');
  return names;
}
