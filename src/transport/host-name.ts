import { domainToASCII } from 'node:url';
import { UsageError } from '../errors.js';

/**
 * Takes the zone out of a URL with an IPv6 literal, `http://[fe80::1%25eth0]:5985` (RFC 6874 §2), because `URL` knows no
 * zones. A zone means something on this machine only, so it never leaves it: not in the Host header, not in a principal's
 * name, not to a proxy.
 *
 * @returns the text without the zone, and the zone, decoded; `null` when there is none. `%eth0` is taken too, as ping writes it
 * @throws UsageError - the zone is empty or holds what no interface's name can
 */
export function splitZone(text: string): { url: string; zone: string | null } {
  const match = /^(\s*\w+:\/\/\[[\da-f:.]*)%(25)?([^\]]*)(\].*)$/is.exec(text);
  if (match === null) return { url: text, zone: null };
  const [, before, escaped, written, after] = match;
  const zone = escaped === undefined ? written! : unescaped(written!);
  if (!/^[^\s/%\0]+$/.test(zone)) throw new UsageError(`"${written!}" is not the zone of an address: write [fe80::1%25eth0], with the name of the interface`);
  return { url: `${before!}${after!}`, zone };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** The host of a URL as sockets, certificates and principals name it: an IPv6 literal without its brackets, an internationalised name in its ASCII form (RFC 5890). */
export function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** The port of a URL, 80 or 443 where it has none. */
export function portOf({ port, protocol }: URL): number {
  return Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port);
}

/** `host:port` of a URL, also where the port is the one that its scheme implies. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

/** A name as certificates and SNI carry it: an internationalised one in its ASCII form. */
export function asciiName(name: string): string {
  return domainToASCII(name) || name;
}
