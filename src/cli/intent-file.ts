import { open, readFile, rm } from 'node:fs/promises';
import { UsageError } from '../errors.js';
import { findGuid } from '../hyperv/guid.js';
import type { MigrationIntent } from '../hyperv/migrations/intent.js';

/**
 * Reads what a file holds, which should be an intent; `undefined` when there is no such file.
 *
 * @throws UsageError - the file cannot be read, or holds no JSON
 */
export async function readIntent(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`Cannot read an intent from ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Stores an intent in a file that is not there yet, and sees to it that it is on the disk. Only the owner can read it.
 *
 * @throws UsageError - it cannot be written, or is there: another run has just stored its own
 */
export async function writeIntent(file: string, intent: MigrationIntent): Promise<void> {
  try {
    await using handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(intent, null, 2)}\n`);
    await handle.sync();
  } catch (error) {
    throw new UsageError(`Cannot store the intent, so nothing was started: ${(error as Error).message}`, { cause: error });
  }
}

/** Forgets an intent. */
export function removeIntent(file: string): Promise<void> {
  return rm(file, { force: true });
}

/**
 * Sees to it that a stored intent is not taken for another migration than was asked for.
 *
 * @param asked - the machine by GUID or name; the destination by its name, `null` when the machine stays
 * @throws UsageError - it is of another one
 */
export function checkSame(file: string, { machine, to, type }: MigrationIntent, asked: { readonly machine: string; readonly to: string | null; readonly type: string }): void {
  const isMachine = findGuid(asked.machine) === machine.id || isSame(asked.machine, machine.name);
  if (isMachine && isSame(asked.to ?? '', to ?? '') && asked.type === type) return;
  throw new UsageError(`${file} holds another intent, to move ${machine.name} (${machine.id})${to === null ? '' : ` to ${to}`} as ${type}: give each migration a file of its own, or remove this one`);
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
