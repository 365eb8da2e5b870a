import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../src/auth/challenge.js';
import { utf8 } from '../../src/bytes.js';

const challenge = (scheme: string, text: string | null = null) => ({ scheme, token: text === null ? null : utf8(text) });

describe('a WWW-Authenticate header', () => {
  it.each([
    ['nothing', undefined, []],
    ['an empty one', '', []],
    ['schemes', 'Negotiate, Kerberos, CredSSP', [challenge('Negotiate'), challenge('Kerberos'), challenge('CredSSP')]],
    ['a token', 'Negotiate dG9rZW4=', [challenge('Negotiate', 'token')]],
    ['a token among others', 'Negotiate , negotiate dG9rZW4= ,Basic realm="WSMAN"', [challenge('Negotiate'), challenge('negotiate', 'token'), challenge('Basic')]],
    ['what is no base64', 'Negotiate dG9rZW4, Negotiate ====, Negotiate', [challenge('Negotiate'), challenge('Negotiate'), challenge('Negotiate')]],
    ['parameters', 'Digest realm="a", nonce="b, c", stale=FALSE, Basic realm=x', [challenge('Digest'), challenge('Basic')]],
    ['a quoted string with quotes in it', 'Basic realm="a \\", Negotiate dG9rZW4=, \\\\"', [challenge('Basic')]],
    ['a quoted string without its end', 'Basic realm="a, Negotiate dG9rZW4=', [challenge('Basic')]],
    ['a quoted string that ends in half an escape', 'Basic realm="a, Negotiate dG9rZW4=, \\', [challenge('Basic')]],
    ['what has no name', '=, dG9rZW4=, "Negotiate"', []],
  ])('%s', (_name, header, expected) => {
    expect(parseChallenges(header)).toEqual(expected);
  });
});
