/** Keytab files: the long-term keys of principals (MIT Kerberos documentation, "Keytab file format"). */
import { concat, uint32be, utf8 } from '../../bytes.js';
import { UsageError } from '../../errors.js';
import type { EncryptionKey } from './credential.js';
import { type FileReader, createFileReader, textOf, timeOf } from './file-reader.js';
import type { Principal } from './principal.js';

/** One key of a keytab. */
export type KeytabEntry = {
  readonly principal: Principal;
  /** The version of the key: it counts up when the password changes. */
  readonly kvno: number;
  readonly key: EncryptionKey;
  /** When it was written to the file. */
  readonly timestamp: Date;
};

const WHAT = 'The keytab';
const VERSION = 0x0502;

/**
 * Decodes a keytab of version 0x0502, which is what ktutil, kadmin, ktpass, msktutil and Samba write.
 *
 * @returns the entries in the order of the file; deleted ones are left out
 * @throws UsageError - it is no keytab, is of version 0x0501, or is damaged
 */
export function decodeKeytab(bytes: Uint8Array): readonly KeytabEntry[] {
  const file = createFileReader(bytes, WHAT);
  const version = file.left() < 2 ? 0 : file.uint16();
  if (version === 0x0501) throw new UsageError('The keytab is of the old version 0x0501, whose byte order depends on the machine: read and write it with ktutil (rkt, wkt)');
  if (version !== VERSION) throw new UsageError('The file is no keytab: it does not begin with 0x0502');
  const entries: KeytabEntry[] = [];
  while (file.left() > 0) {
    const size = file.int32();
    if (size === 0) break; // The rest of the file was set aside and never used.
    const record = file.bytes(Math.abs(size));
    if (size > 0) entries.push(readEntry(createFileReader(record, WHAT)));
  }
  return entries;
}

/** Encodes a keytab of version 0x0502. */
export function encodeKeytab(entries: readonly KeytabEntry[]): Uint8Array {
  const records = entries.map(encodeEntry);
  return concat(uint16(VERSION), ...records.flatMap((record) => [uint32be(record.length), record]));
}

function readEntry(record: FileReader): KeytabEntry {
  const counted = (): Uint8Array => record.bytes(record.uint16());
  const count = record.uint16();
  const realm = textOf(counted());
  const nameString: string[] = [];
  while (nameString.length < count) nameString.push(textOf(counted()));
  const nameType = record.int32();
  const timestamp = timeOf(record.uint32());
  const shortKvno = record.uint8();
  const key = { etype: record.int16(), value: counted() };
  // The whole number stands behind the key; a zero there is padding.
  const longKvno = record.left() >= 4 ? record.uint32() : 0;
  return { principal: { realm, name: { nameType, nameString } }, kvno: longKvno === 0 ? shortKvno : longKvno, key, timestamp };
}

function encodeEntry({ principal: { realm, name }, kvno, key, timestamp }: KeytabEntry): Uint8Array {
  const counted = (value: Uint8Array): Uint8Array => concat(uint16(value.length), value);
  return concat(
    uint16(name.nameString.length),
    counted(utf8(realm)),
    ...name.nameString.map((part) => counted(utf8(part))),
    uint32be(name.nameType),
    uint32be(Math.floor(timestamp.getTime() / 1000)),
    Uint8Array.of(kvno),
    uint16(key.etype),
    counted(key.value),
    uint32be(kvno),
  );
}

function uint16(value: number): Uint8Array {
  return uint32be(value).subarray(2);
}
