/** Which of the three keys of a usage (RFC 3961 §5.3, RFC 8009 §5): Kc for checksums, Ke to encrypt, Ki for the checksum in a ciphertext. */
export type KeyKind = 0x99 | 0xaa | 0x55;

/** Derives a key of a usage. */
export type DeriveUsageKey = (key: Uint8Array, usage: number, kind: KeyKind) => Uint8Array;

/**
 * A derivation that is done once for each key object, whose bytes must not change: a connection uses the same four keys for
 * all its messages, and deriving two costs more than sealing an envelope does. What was derived goes with the key object.
 */
export function derivedOnce(derive: DeriveUsageKey): DeriveUsageKey {
  const derived = new WeakMap<Uint8Array, Map<number, Uint8Array>>();
  return (key, usage, kind) => {
    let ofKey = derived.get(key);
    if (ofKey === undefined) derived.set(key, (ofKey = new Map<number, Uint8Array>()));
    const constant = usage * 0x100 + kind;
    let known = ofKey.get(constant);
    if (known === undefined) ofKey.set(constant, (known = derive(key, usage, kind)));
    return known;
  };
}
