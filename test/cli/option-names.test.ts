import { expect, it } from 'vitest';
import { inOptionNames } from '../../src/cli/option-names.js';

it.each([
  ["or allow it with allowInsecure: ['basic']", 'or allow it with --allow-insecure basic'],
  ["or say delegate: 'untrusted'", 'or say --delegate untrusted'],
  ['write the name in the URL, or give auth.spn', 'write the name in the URL, or give --spn'],
  ['or name another with the option spn', 'or name another with --spn'],
  ['auth.type kerberos takes a keytab, too', '--auth kerberos takes a keytab, too'],
  ["Give the authority's certificate as tls.ca, or pin the host's with tls.fingerprint256", "Give the authority's certificate as --ca, or pin the host's with --fingerprint"],
  ['auth.key is encrypted: give its passphrase as auth.passphrase', '--cert-key is encrypted: give its passphrase as --password-file'],
  ['auth.password and auth.keytab are different ways', '--password-file and --keytab are different ways'],
  ['an author.spnx of nothing', 'an author.spnx of nothing'],
])('%s', (message, expected) => {
  expect(inOptionNames(message)).toBe(expected);
});
