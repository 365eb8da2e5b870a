/** What is numbered apart. */
type Kind = 'guid' | 'host' | 'address' | 'address6' | 'mac' | 'user' | 'domain' | 'sid';

/**
 * Gives everything that identifies somebody a name that does not: the same one for the same original in any letter case,
 * numbered in the order of first coming.
 */
export class Pseudonyms {
  readonly #numbers = new Map<string, number>();
  readonly #counts = new Map<Kind, number>();

  /** A GUID of version 4 (RFC 9562 §5.4) that nobody draws, in the letter case of the original. */
  guid(original: string): string {
    return inCaseOf(original, `00000000-0000-4000-8000-${this.#hex('guid', original, 12)}`);
  }

  /** `host-1`, which is also the first label of {@link Pseudonyms.fqdn}. */
  host(name: string): string {
    return `host-${this.#number('host', name)}`;
  }

  /** In `example`, a name that nobody has (RFC 2606 §2). */
  fqdn(hostName: string): string {
    return `${this.host(hostName)}.example`;
  }

  /** A domain: by its DNS name `domain-1.example`, by its NetBIOS name `DOMAIN-1`. */
  domain(name: string): string {
    const number = this.#number('domain', name);
    return name.includes('.') ? `domain-${number}.example` : `DOMAIN-${number}`;
  }

  user(name: string): string {
    return `user-${this.#number('user', name)}`;
  }

  /** From TEST-NET-1 (RFC 5737 §3), which has 254; then from a private network (RFC 1918 §3). */
  address(original: string): string {
    const number = this.#number('address', original);
    return number < 255 ? `192.0.2.${number}` : `10.${number >>> 16}.${(number >>> 8) & 255}.${number & 255}`;
  }

  /** From the prefix for documentation (RFC 3849 §2). */
  address6(original: string): string {
    return `2001:db8::${this.#number('address6', original).toString(16)}`;
  }

  /** A locally administered MAC address, with the separators of the original. */
  mac(original: string): string {
    const separator = /[-:]/.exec(original)?.[0] ?? '';
    const digits = `02${this.#hex('mac', original.replace(/[-:]/g, ''), 10)}`;
    return inCaseOf(original, digits.match(/../g)!.join(separator));
  }

  /** Of a domain that there is not (MS-DTYP 2.4.2). */
  sid(original: string): string {
    return `S-1-5-21-1-1-1-${this.#number('sid', original)}`;
  }

  #number(kind: Kind, original: string): number {
    const key = `${kind} ${original.toLowerCase()}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    this.#numbers.set(key, number);
    return number;
  }

  #hex(kind: Kind, original: string, length: number): string {
    return this.#number(kind, original).toString(16).padStart(length, '0');
  }
}

function inCaseOf(original: string, text: string): string {
  return /[a-f]/.test(original) ? text : text.toUpperCase();
}
