import type { Etype } from '../auth/kerberos/crypto/etype.js';
import { etypesNamed } from '../auth/kerberos/crypto/etypes.js';
import { RC4_HMAC } from '../auth/kerberos/crypto/rc4-hmac.js';

/**
 * The numbers of the encryption types to ask for and to accept: those of AES that krb5.conf permits, in the order there. rc4-hmac takes more
 * than a line in a file, and comes last.
 *
 * @param words - `permitted_enctypes`; `null` permits all. `DEFAULT` and families stand for several, `-` takes away
 */
export function permittedEtypes(words: readonly string[] | null, allowRc4: boolean): readonly number[] {
  const etypes = new Set<Etype>();
  for (const word of words ?? ['DEFAULT']) {
    const named = /^default$/i.test(word) ? etypesNamed('aes') : etypesNamed(word.replace(/^[-+]/, ''));
    for (const etype of named) {
      if (word.startsWith('-')) etypes.delete(etype);
      else etypes.add(etype);
    }
  }
  etypes.delete(RC4_HMAC);
  if (allowRc4) etypes.add(RC4_HMAC);
  return [...etypes].map(({ number }) => number);
}
