/** Credential cache files, as kinit leaves them (MIT Kerberos documentation, "Credential cache file format"). */
import { UsageError } from '../../errors.js';
import type { Credential, EncryptionKey } from './credential.js';
import { type FileReader, createFileReader, textOf, timeOf } from './file-reader.js';
import type { Principal } from './principal.js';

/** A credential cache. */
export type Ccache = {
  /** Whose tickets these are. */
  readonly primary: Principal;
  readonly credentials: readonly Credential[];
  /** By how much the clock of the KDC is ahead of this machine's, in milliseconds; `null` when kinit did not note it. */
  readonly kdcOffsetMs: number | null;
};

const WHAT = 'The credential cache';

/** The realm of the entries that hold settings instead of tickets. */
const CONFIGURATION_REALM = 'X-CACHECONF:';

/** The one tag of the header that is in use, DeltaTime. */
const KDC_OFFSET_TAG = 1;

/**
 * Decodes a credential cache of version 3 or 4; 4 is what kinit writes. Settings and removed tickets are left out.
 *
 * @throws UsageError - it is no credential cache, is of version 1 or 2, or is damaged
 */
export function decodeCcache(bytes: Uint8Array): Ccache {
  const file = createFileReader(bytes, WHAT);
  const version = file.left() < 2 ? 0 : file.uint16();
  if (version === 0x0501 || version === 0x0502) {
    throw new UsageError(`The credential cache is of the old version ${version & 0xff}, whose byte order depends on the machine: remove ccache_type from krb5.conf, then kinit again`);
  }
  if (version !== 0x0503 && version !== 0x0504) throw new UsageError('The file is no credential cache: it does not begin with 0x0503 or 0x0504');
  const kdcOffsetMs = version === 0x0504 ? readKdcOffset(createFileReader(file.bytes(file.uint16()), WHAT)) : null;
  const primary = readPrincipal(file);
  const credentials: Credential[] = [];
  while (file.left() > 0) {
    const credential = readCredential(file, version);
    if (isTicket(credential)) credentials.push(credential);
  }
  return { primary, credentials, kdcOffsetMs };
}

function readKdcOffset(header: FileReader): number | null {
  let offset: number | null = null;
  while (header.left() > 0) {
    const tag = header.uint16();
    const value = createFileReader(header.bytes(header.uint16()), WHAT);
    if (tag === KDC_OFFSET_TAG) offset = value.int32() * 1000 + Math.round(value.int32() / 1000);
  }
  return offset;
}

function readCredential(file: FileReader, version: number): Credential {
  const client = readPrincipal(file);
  const server = readPrincipal(file);
  const sessionKey = readKey(file, version);
  const [authTime, startTime, endTime, renewTill] = [file.uint32(), file.uint32(), file.uint32(), file.uint32()];
  file.uint8(); // is_skey, for user-to-user tickets
  const flags = file.uint32();
  skipTypedList(file); // addresses
  skipTypedList(file); // authdata
  const ticket = counted(file);
  counted(file); // second_ticket, for user-to-user tickets
  return {
    client,
    server,
    sessionKey,
    ticket,
    flags,
    authTime: timeOf(authTime),
    startTime: startTime === 0 ? null : timeOf(startTime),
    endTime: timeOf(endTime),
    renewTill: renewTill === 0 ? null : timeOf(renewTill),
  };
}

function readPrincipal(file: FileReader): Principal {
  const nameType = file.int32();
  const count = file.uint32();
  const realm = textOf(counted(file));
  const nameString: string[] = [];
  while (nameString.length < count) nameString.push(textOf(counted(file)));
  return { realm, name: { nameType, nameString } };
}

function readKey(file: FileReader, version: number): EncryptionKey {
  const etype = file.int16();
  if (version === 0x0503) file.int16(); // Version 3 has the etype twice.
  return { etype, value: counted(file) };
}

function skipTypedList(file: FileReader): void {
  for (let rest = file.uint32(); rest > 0; rest--) {
    file.uint16();
    counted(file);
  }
}

function counted(file: FileReader): Uint8Array {
  return file.bytes(file.uint32());
}

/** Neither settings nor what was removed (MIT Kerberos then sets endtime to 0) nor what gssproxy keeps is a ticket. */
function isTicket({ server, endTime }: Credential): boolean {
  return server.realm !== CONFIGURATION_REALM && endTime.getTime() !== 0;
}
