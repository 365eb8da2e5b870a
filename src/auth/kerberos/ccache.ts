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
};

const WHAT = 'The credential cache';

/** The realm of the entries that hold settings instead of tickets. */
const CONFIGURATION_REALM = 'X-CACHECONF:';

/**
 * Decodes a credential cache of version 3 or 4; 4 is what kinit writes. Settings, removed tickets and those of
 * user-to-user authentication, which no service has the key of, are left out. So is the header of version 4: the difference of clocks
 * that kinit noted may be over.
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
  if (version === 0x0504) file.bytes(file.uint16());
  const primary = readPrincipal(file);
  const credentials: Credential[] = [];
  while (file.left() > 0) {
    const { credential, userToUser } = readCredential(file, version);
    if (isTicket(credential) && !userToUser) credentials.push(credential);
  }
  return { primary, credentials };
}

function readCredential(file: FileReader, version: number): { readonly credential: Credential; readonly userToUser: boolean } {
  const client = readPrincipal(file);
  const server = readPrincipal(file);
  const sessionKey = readKey(file, version);
  const [authTime, startTime, endTime, renewTill] = [file.uint32(), file.uint32(), file.uint32(), file.uint32()];
  const userToUser = file.uint8() !== 0; // is_skey: encrypted in a session key
  const flags = file.uint32();
  skipTypedList(file); // addresses
  skipTypedList(file); // authdata
  const ticket = counted(file);
  counted(file); // second_ticket, for user-to-user tickets
  const credential: Credential = {
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
  return { credential, userToUser };
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
