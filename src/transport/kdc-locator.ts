import type { Krb5Conf } from '../auth/kerberos/krb5-conf.js';
import { AuthError, TransportError, UsageError } from '../errors.js';
import { abortable } from './deadline.js';

/** Where a KDC listens, over TCP. */
export type KdcAddress = { readonly host: string; readonly port: number };

/** The KDCs of a realm in the order they are to be tried; none when none is known. */
export type LocateKdcs = (realm: string, signal: AbortSignal) => Promise<readonly KdcAddress[]>;

/** One SRV record (RFC 2782), as `resolveSrv` of node:dns/promises gives it. */
export type SrvRecord = { readonly name: string; readonly port: number; readonly priority: number; readonly weight: number };

const KERBEROS_PORT = 88;

/**
 * Finds the KDCs of a realm: the `kdc` entries of its krb5.conf, and if it has none the SRV records `_kerberos._tcp.REALM`
 * (RFC 4120 §7.2.3.2), unless `dns_lookup_kdc` is off.
 *
 * @param resolveSrv - `resolveSrv` of node:dns/promises; rejects with ENOTFOUND or ENODATA when there are no such records
 * @param random - from 0 to below 1, for the order of records with one priority; `Math.random` will do
 * @returns a function that rejects with an AuthError when the realm's KDCs are all behind an HTTPS proxy (MS-KKDCP), which is not
 *   spoken here, with a UsageError when a `kdc` entry makes no sense, and with a TransportError when DNS does not answer
 */
export function createKdcLocator(
  conf: Pick<Krb5Conf, 'realms' | 'dnsLookupKdc'>,
  resolveSrv: (name: string) => Promise<readonly SrvRecord[]>,
  random: () => number,
): LocateKdcs {
  return async (realm, signal) => {
    const entries = conf.realms.get(realm)?.kdcs ?? [];
    const reachable = entries.filter((entry) => !/^(https?:\/\/|udp\/)/i.test(entry));
    if (reachable.length > 0) return reachable.map((entry) => readKdcEntry(entry, realm));
    if (entries.length > 0) throw new AuthError(`The KDCs of realm ${realm} are named as ${entries.join(', ')}; they are asked over TCP only: write kdc = host or kdc = host:port`);
    if (!conf.dnsLookupKdc || !/^[\w.-]+$/.test(realm)) return [];
    const name = `_kerberos._tcp.${realm}`;
    try {
      const records = await abortable(resolveSrv(name), signal);
      return inOrder(records, random).filter((record) => !/^\.?$/.test(record.name)).map(({ name: host, port }) => ({ host, port }));
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
      throw new TransportError(`DNS gave no answer for the KDCs of realm ${realm}: ${message}`, { cause: error });
    }
  };
}

/** `host`, `host:port`, `[IPv6]:port` or a bare IPv6 address; Heimdal's `tcp/` may stand in front. */
function readKdcEntry(entry: string, realm: string): KdcAddress {
  const text = entry.replace(/^tcp\//i, '');
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^\s:[\]]+))(?::(\d+))?$/.exec(text) ?? [];
  const bare = /^[\da-f]*:[\da-f.]*:[\da-f:.]*(?:%\w+)?$/i.test(text) ? text : undefined;
  const host = bracketed ?? plain ?? bare;
  const port = digits === undefined ? KERBEROS_PORT : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) throw new UsageError(`kdc = ${entry} of realm ${realm} in krb5.conf is not host, host:port or [IPv6]:port`);
  return { host, port };
}

/**
 * The order of RFC 2782: by priority, the lowest first; among equals by lot, where a record's weight is its share. Those of weight
 * 0 stand in front, so that they are drawn only by a 0.
 */
function inOrder(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  const left = [...records].sort((a, b) => a.priority - b.priority || a.weight - b.weight);
  const ordered: SrvRecord[] = [];
  while (left.length > 0) {
    const equals = left.filter(({ priority }) => priority === left[0]!.priority);
    let lot = Math.floor(random() * (equals.reduce((sum, { weight }) => sum + weight, 0) + 1));
    const drawn = equals.findIndex(({ weight }) => (lot -= weight) <= 0);
    ordered.push(...left.splice(drawn, 1));
  }
  return ordered;
}
