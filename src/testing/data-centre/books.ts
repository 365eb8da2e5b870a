import type { MigrationRecord } from './types.js';

type Entry = { -readonly [K in keyof MigrationRecord]: MigrationRecord[K] };

/** The books of a data centre: every migration that began to move something, in the order of their beginning, with its end. */
export class Books {
  readonly #entries = new Map<string, Entry>();

  /** A copy: what was read stays as it was. */
  get records(): readonly MigrationRecord[] {
    return [...this.#entries.values()].map((entry) => ({ ...entry }));
  }

  /** Writes down that a migration begins now. */
  begin(migration: Pick<MigrationRecord, 'id' | 'machine' | 'from' | 'to' | 'type'>): void {
    this.#entries.set(migration.id, { ...migration, startedAt: Date.now(), endedAt: null, end: null });
  }

  /** Writes down how a migration ends now. */
  end(id: string, end: MigrationRecord['end']): void {
    const entry = this.#entries.get(id)!;
    entry.end = end;
    entry.endedAt = Date.now();
  }
}
