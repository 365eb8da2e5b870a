import { describe, expect, it } from 'vitest';
import { formatName, formatPrincipal, sameName, samePrincipal } from '../../../src/auth/kerberos/principal.js';

const principal = (realm: string, ...nameString: readonly string[]) => ({ realm, name: { nameType: 1, nameString } });

/** Text and parts; the escapes are those of RFC 1964 §2.1.1, as krb5_unparse_name of MIT writes them. */
const WRITTEN: readonly (readonly [string, string, ...string[]])[] = [
  ['anna@EXAMPLE', 'EXAMPLE', 'anna'],
  ['HTTP/hv01.example@EXAMPLE', 'EXAMPLE', 'HTTP', 'hv01.example'],
  ['a/b/c@EXAMPLE', 'EXAMPLE', 'a', 'b', 'c'],
  ['anna\\@corp.example@EXAMPLE', 'EXAMPLE', 'anna@corp.example'],
  ['a\\/b\\\\c@EXAMPLE', 'EXAMPLE', 'a/b\\c'],
  ['\\n\\t\\b\\0@EXAMPLE', 'EXAMPLE', '\n\t\b\0'],
  ['anna@\\/O=EXAMPLE', '/O=EXAMPLE', 'anna'],
  ['jürgen@EXAMPLE', 'EXAMPLE', 'jürgen'],
  ['😀@EXAMPLE', 'EXAMPLE', '😀'],
  ['HTTP/@EXAMPLE', 'EXAMPLE', 'HTTP', ''],
];

describe('a principal as text', () => {
  it.each(WRITTEN)('%s', (text, realm, ...parts) => {
    expect(formatPrincipal(principal(realm, ...parts))).toBe(text);
  });

  it('without its realm', () => {
    expect(formatName({ nameType: 2, nameString: ['HTTP', 'hv01.example'] })).toBe('HTTP/hv01.example');
  });
});

describe('sameness', () => {
  const anna = principal('EXAMPLE', 'anna');

  it.each([
    ['itself', principal('EXAMPLE', 'anna'), true],
    ['another name type', { realm: 'EXAMPLE', name: { nameType: 10, nameString: ['anna'] } }, true],
    ['another realm', principal('OTHER', 'anna'), false],
    ['another case of the realm', principal('example', 'anna'), false],
    ['another case of the name', principal('EXAMPLE', 'Anna'), false],
    ['one part more', principal('EXAMPLE', 'anna', 'admin'), false],
    ['no part', principal('EXAMPLE'), false],
  ])('%s', (_name, other, same) => {
    expect(samePrincipal(anna, other)).toBe(same);
    expect(samePrincipal(other, anna)).toBe(same);
  });

  it('parts are compared one by one, not joined', () => {
    expect(sameName({ nameType: 1, nameString: ['a', 'b'] }, { nameType: 1, nameString: ['a/b'] })).toBe(false);
  });
});
