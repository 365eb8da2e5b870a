import { describe, expect, it } from 'vitest';
import { permittedEtypes } from '../../src/client/permitted-etypes.js';

describe('permittedEtypes', () => {
  it.each<[string | null, boolean, readonly number[]]>([
    [null, false, [18, 17, 20, 19]],
    [null, true, [18, 17, 20, 19, 23]],
    ['aes256-sha2 aes128-cts', false, [20, 17]],
    ['rc4 aes256-cts', false, [18]],
    ['rc4 aes256-cts', true, [18, 23]],
    ['DEFAULT -aes128-cts +rc4', false, [18, 20, 19]],
    ['aes -aes256-sha1 -aes128-sha2', false, [17, 20]],
    ['des3-cbc-sha1 camellia', false, []],
  ])('of %j, rc4-hmac allowed: %j', (words, allowRc4, expected) => {
    expect(permittedEtypes(words?.split(' ') ?? null, allowRc4)).toEqual(expected);
  });
});
