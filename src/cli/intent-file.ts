import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../errors.js';
import { findGuid } from '../hyperv/guid.js';
import type { JobReference } from '../hyperv/job-reference.js';
import type { MigrationIntent } from '../hyperv/migrations/intent.js';

/** What a file holds: an intent, and once its migration was started, where its job is. */
export type StoredIntent = MigrationIntent & { readonly job?: JobReference };

/**
 * Reads what a file holds, which should be a {@link StoredIntent}; `undefined` when there is no such file.
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
 * Stores an intent in a file that is not there yet, and sees to it that it is on the disk. Only the owner can read it. The file is there whole or not at all.
 *
 * @throws UsageError - it cannot be written, or is there: another run has just stored its own
 */
export async function writeIntent(file: string, intent: MigrationIntent): Promise<void> {
  try {
    // Unlike rename(), link() replaces nothing.
    await writeWhole(file, intent, async (written) => {
      await link(written, file);
      await rm(written);
    });
  } catch (error) {
    throw new UsageError(`Cannot store the intent, so nothing was started: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Adds the job to a stored intent, unless the file holds another one by now.
 *
 * @throws UsageError - it cannot be written; the file is as it was
 */
export async function writeJob(file: string, intent: MigrationIntent, job: JobReference): Promise<void> {
  if (!(await holds(file, intent))) return;
  try {
    await writeWhole(file, { ...intent, job }, (written) => rename(written, file));
  } catch (error) {
    throw new UsageError(`Cannot store which job it is: ${(error as Error).message}`, { cause: error });
  }
}

/** Forgets an intent. What another run has stored in the file since then stays. */
export async function removeIntent(file: string, intent: MigrationIntent): Promise<void> {
  if (await holds(file, intent)) await rm(file, { force: true });
}

async function holds(file: string, { id }: MigrationIntent): Promise<boolean> {
  const stored = await readIntent(file).catch(() => undefined);
  return (stored as Partial<MigrationIntent> | null | undefined)?.id === id;
}

/**
 * Writes beside the file, and puts it in its place when it is on the disk.
 *
 * @param place - moves what was written to where it belongs
 */
async function writeWhole(file: string, content: StoredIntent, place: (written: string) => Promise<void>): Promise<void> {
  const written = `${file}.${randomUUID()}.new`;
  try {
    await using handle = await open(written, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await handle.sync();
    await place(written);
  } catch (error) {
    await rm(written, { force: true });
    throw error;
  }
  // The new name is in the directory.
  await using directory: FileHandle = await open(dirname(file));
  await directory.sync();
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
