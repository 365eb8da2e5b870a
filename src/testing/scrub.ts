import { isIPv4, isIPv6 } from 'node:net';
import { UsageError } from '../errors.js';
import type { RecordedExchange } from './recording.js';
import { type Edit, mergeEdits } from './scrub/edits.js';
import { domainOf, hostsInDomains, hostsNamedBy } from './scrub/host-names.js';
import { type Leaf, REMOVED, type Visit, editLeaves } from './scrub/leaves.js';
import { Names } from './scrub/names.js';
import { Pseudonyms } from './scrub/pseudonyms.js';

/** What a recording may not show, beside what is found without being told. */
export type ScrubOptions = {
  /** Passwords and any other texts, each in its letter case; they are replaced by `removed`. */
  readonly secrets?: readonly string[];
  /** Accounts in any form that a client takes: `DOMAIN\user`, `user@domain`, `.\user`, `user`. */
  readonly users?: readonly string[];
  /** Computers, when their names may stand in a text and nowhere as a computer's name. */
  readonly hosts?: readonly string[];
};

/**
 * Takes out of exchanges what tells whose they are. The same original is replaced by the same text everywhere, also in
 * CIM-XML that is escaped inside a value; numbers count in the order of first coming. Tags, structure and white space stay.
 *
 * | what | becomes |
 * |---|---|
 * | GUIDs, but the one of zeros | `00000000-0000-4000-8000-000000000001` |
 * | computers: of URLs, UNC and WMI paths, of `Machine` and the like; then wherever the name stands | `host-1`, `host-1.example` |
 * | IPv4, IPv6 and MAC addresses | `192.0.2.1`, `2001:db8::1`, `02-00-00-00-00-01` |
 * | the users that were told, and their domains | `user-1`, `DOMAIN-1`, `domain-1.example` |
 * | e-mail addresses | `user-1@mail.example` |
 * | SIDs of accounts | `S-1-5-21-1-1-1-1` |
 * | secrets | `removed` |
 *
 * What else a text says, the names of virtual machines among it, stays, and so does the base64 of shell streams.
 *
 * @throws UsageError - an empty secret
 */
export function scrub(exchanges: readonly RecordedExchange[], options: ScrubOptions = {}): readonly RecordedExchange[] {
  const { secrets = [], users = [], hosts = [] } = options;
  if (secrets.includes('')) throw new UsageError('secrets: an empty text stands everywhere and cannot be removed');
  const scrubber = new Scrubber(secrets);
  for (const host of hosts) scrubber.addHost(host);
  const edit = (visit: Visit): readonly RecordedExchange[] => exchanges.map((exchange) => editExchange(exchange, visit));
  edit((leaf) => scrubber.learn(leaf));
  edit((leaf) => scrubber.learnInDomains(leaf));
  for (const user of users) scrubber.addUser(user);
  return edit((leaf) => scrubber.edits(leaf));
}

function editExchange({ request, status, contentType, response }: RecordedExchange, visit: Visit): RecordedExchange {
  return { request: editLeaves(request, visit), status, contentType: editLeaves(contentType, visit), response: editLeaves(response, visit) };
}

/** Names of specifications and of WMI: no user or computer is meant by a word of theirs. */
const PUBLIC = /https?:\/\/(?:schemas\.(?:microsoft|dmtf|xmlsoap)\.(?:com|org)|www\.w3\.org|docs\.oasis-open\.org)[^\s"<>]*|\broot[\\/][\w\\/]+/gi;
const GUID = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/gi;
const NO_GUID = /^[0-]+$/;
/** Two sub-authorities are of Windows itself, as in S-1-5-32-544; an account's has more (MS-DTYP 2.4.2). */
const SID = /(?<![\w-])S-1-\d+(?:-\d+){4,}/gi;
const EMAIL = /(?<![\w.%+-])[\w.%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** Unicast addresses begin with 2, 3, fc to fe (RFC 4291 §2.4); others tell nothing. */
const IPV6 = /(?<![\w:])[23f][\da-f]{3}:[\da-f:]*[\da-f]/gi;
/** With separators, or without and of Hyper-V's own range. */
const MAC = /(?<![\da-z])(?:(?:[\da-f]{2}-){5}[\da-f]{2}|(?:[\da-f]{2}:){5}[\da-f]{2}|00155d[\da-f]{6})(?![\da-z])/gi;
const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)/g;
/** No host's address: unspecified, and masks. */
const NO_ADDRESS = /^(?:0\.0\.0\.0|255\..*)$/;
const BARE_MAC = /^\s*([\da-f]{12})\s*$/i;

class Scrubber {
  readonly #pseudonyms = new Pseudonyms();
  readonly #names = new Names();
  readonly #domains = new Set<string>();
  readonly #secrets: RegExp | null;

  constructor(secrets: readonly string[]) {
    const longestFirst = [...secrets].sort((left, right) => right.length - left.length);
    this.#secrets = secrets.length === 0 ? null : new RegExp(longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
  }

  /** Learns a computer by its DNS name or its NetBIOS name, which has 15 characters at most (MS-NBTE 2.2.1). */
  addHost(name: string): void {
    const short = name.replace(/\..*/s, '');
    this.#names.add(name, name === short ? this.#pseudonyms.host(short) : this.#pseudonyms.fqdn(short));
    if (/\p{L}/u.test(short) && short.length > 1) this.#names.add(short, this.#pseudonyms.host(short));
    if (short.length > 15) this.#names.add(short.slice(0, 15), this.#pseudonyms.host(short));
    const domain = domainOf(name);
    if (domain === '') return;
    this.#domains.add(domain);
    this.#names.add(domain, this.#pseudonyms.domain(domain));
  }

  addUser(account: string): void {
    const [, domain = '', user = ''] = /^(?:([^\\]*)\\)?(.*)$/s.exec(account)!;
    const [name = '', ...realm] = user.split('@');
    if (name !== '') this.#names.add(name, this.#pseudonyms.user(name));
    for (const each of [domain, ...realm]) if (each !== '' && each !== '.') this.#names.add(each, this.#pseudonyms.domain(each));
  }

  /** Learns what a value names; changes nothing. */
  learn(leaf: Leaf): readonly Edit[] {
    for (const host of hostsNamedBy(leaf)) this.addHost(host);
    const mac = /address/i.test(leaf.name) ? BARE_MAC.exec(leaf.text)?.[1] : undefined;
    if (mac !== undefined) this.#names.add(mac, this.#pseudonyms.mac(mac));
    return [];
  }

  /** The same, for what can be told only when the domains are known. */
  learnInDomains({ text }: Leaf): readonly Edit[] {
    for (const host of hostsInDomains(text, this.#domains)) this.addHost(host);
    return [];
  }

  edits({ name, text }: Leaf): readonly Edit[] {
    if (name === 'Stream') return [];
    const pseudonyms = this.#pseudonyms;
    const found = new Found(text);
    if (this.#secrets !== null) found.take(this.#secrets, () => REMOVED);
    found.take(GUID, (guid) => (NO_GUID.test(guid) ? null : pseudonyms.guid(guid)));
    found.hide(PUBLIC);
    found.take(SID, (sid) => pseudonyms.sid(sid));
    found.take(EMAIL, (address) => this.#email(address));
    found.take(IPV6, (address) => (isIPv6(address) ? pseudonyms.address6(address) : null));
    found.take(MAC, (mac) => pseudonyms.mac(mac));
    found.take(IPV4, (address) => (isIPv4(address) && !NO_ADDRESS.test(address) ? pseudonyms.address(address) : null));
    return mergeEdits(found.edits(), this.#names.find(found.rest));
  }

  /** A principal name has the number of its user; any other address its own. */
  #email(address: string): string {
    const user = address.slice(0, address.indexOf('@'));
    const known = this.#names.find(user)[0];
    return `${known?.end === user.length && known.start === 0 ? known.text : this.#pseudonyms.user(address)}@mail.example`;
  }
}

/** The edits of one value; what was found is hidden from the patterns that come later. */
class Found {
  rest: string;
  readonly #edits: Edit[] = [];

  constructor(text: string) {
    this.rest = text;
  }

  /** @param replace - `null` for what looks like it and is something else */
  take(pattern: RegExp, replace: (match: string) => string | null): void {
    this.rest = this.rest.replace(pattern, (match: string, offset: number) => {
      const text = replace(match);
      if (text === null) return match;
      this.#edits.push({ start: offset, end: offset + match.length, text });
      return hidden(match);
    });
  }

  hide(pattern: RegExp): void {
    this.rest = this.rest.replace(pattern, hidden);
  }

  edits(): readonly Edit[] {
    return this.#edits.sort((left, right) => left.start - right.start);
  }
}

function hidden(text: string): string {
  return '\0'.repeat(text.length);
}
