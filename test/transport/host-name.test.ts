import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { asciiName, bareHost, hostAndPort, portOf, splitZone } from '../../src/transport/host-name.js';

describe('splitZone', () => {
  it.each([
    ['http://[fe80::1%25eth0]:5985', 'http://[fe80::1]:5985', 'eth0'],
    ['https://[fe80::1%25en1]/wsman', 'https://[fe80::1]/wsman', 'en1'],
    ['http://[FE80::1%25wg%2Da]:5985', 'http://[FE80::1]:5985', 'wg-a'], // pct-encoded within the zone (RFC 6874 §2)
    ['http://[fe80::1%eth0]:5985', 'http://[fe80::1]:5985', 'eth0'],
    ['http://[fe80::1%3]:5985', 'http://[fe80::1]:5985', '3'],
    ['http://[fe80::1%253]:5985', 'http://[fe80::1]:5985', '3'],
    ['http://[::1]:5985', 'http://[::1]:5985', null],
    ['http://hv01.example:5985/a%25b', 'http://hv01.example:5985/a%25b', null],
    ['no URL', 'no URL', null],
  ])('takes %s apart', (text, url, zone) => {
    expect(splitZone(text)).toEqual({ url, zone });
  });

  it.each(['http://[fe80::1%]', 'http://[fe80::1%25]', 'http://[fe80::1%25a%2Fb]', 'http://[fe80::1%25a b]', 'http://[fe80::1%25%zz]'])('refuses %s', (text) => {
    expect(() => splitZone(text)).toThrow(UsageError);
  });
});

it('gives the bare host and the port that is meant', () => {
  expect(bareHost(new URL('http://[fe80::1]:5985'))).toBe('fe80::1');
  expect(bareHost(new URL('http://HV01.example'))).toBe('hv01.example');
  expect([portOf(new URL('http://a')), portOf(new URL('https://a')), portOf(new URL('http://a:5985'))]).toEqual([80, 443, 5985]);
  expect([hostAndPort(new URL('https://HV01.example:443/wsman')), hostAndPort(new URL('http://[::1]:5985'))]).toEqual(['hv01.example:443', '[::1]:5985']);
});

it('writes an internationalised name in ASCII', () => {
  // bücher: the example of RFC 3492 as registries show it.
  expect(asciiName('Bücher.example')).toBe('xn--bcher-kva.example');
  expect(asciiName('hv01.example')).toBe('hv01.example');
  expect(asciiName('fe80::1')).toBe('fe80::1');
});
