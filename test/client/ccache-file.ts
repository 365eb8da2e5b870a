/** Credential caches as kinit would leave them, for tests (MIT Kerberos documentation, "Credential cache file format", version 4). */
import type { Credential } from '../../src/auth/kerberos/credential.js';
import type { Principal } from '../../src/auth/kerberos/principal.js';
import { concat, utf8 } from '../../src/bytes.js';
import { principalOf } from '../auth/kerberos/principal-of.js';

const uint32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
const counted = (value: Uint8Array): Uint8Array => concat(uint32(value.length), value);
const principal = ({ realm, name }: Principal): Uint8Array =>
  concat(uint32(name.nameType), uint32(name.nameString.length), counted(utf8(realm)), ...name.nameString.map((part) => counted(utf8(part))));
const time = (date: Date | null): Uint8Array => uint32(date === null ? 0 : Math.floor(date.getTime() / 1000));

/** A cache of the user `primary` with these tickets. */
export function ccacheFile(primary: string, tickets: readonly Credential[]): Uint8Array {
  const entries = tickets.map(({ client, server, sessionKey, ticket, flags, authTime, startTime, endTime, renewTill }) =>
    concat(
      principal(client), principal(server), uint32(sessionKey.etype).subarray(2), counted(sessionKey.value),
      time(authTime), time(startTime), time(endTime), time(renewTill),
      Uint8Array.of(0), uint32(flags), uint32(0), uint32(0), counted(ticket), uint32(0),
    ));
  return concat(Uint8Array.of(5, 4, 0, 0), principal(principalOf(primary)), ...entries);
}
