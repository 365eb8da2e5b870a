/** What the package calls an option, by what the command line calls it; longer names stand before those they begin with. */
const NAMES: readonly (readonly [option: RegExp, name: string])[] = [
  [/allowInsecure: \['(basic|none)'\]/g, '--allow-insecure $1'],
  [/delegate: 'untrusted'/g, '--delegate untrusted'],
  [/delegate: true/g, '--delegate'],
  [/allowNtlm: true/g, '--allow-ntlm'],
  [/allowNtlm: false/g, '--no-ntlm'],
  [/allowRc4/g, '--allow-rc4'],
  [/\bauth\.type (\w+)/g, '--auth $1'],
  [/\bauth\.type\b/g, '--auth'],
  [/(\bthe option |\bauth\.)spn\b/g, '--spn'],
  [/\bauth\.(username|keytab|ccache|delegate|cert|pfx)\b/g, '--$1'],
  [/\bauth\.key\b/g, '--cert-key'],
  [/\bauth\.(password|passphrase)\b/g, '--password-file'],
  [/\bauth\.krb5Config\b/g, '--krb5-config'],
  [/\btls\.fingerprint256\b/g, '--fingerprint'],
  [/\btls\.ca\b/g, '--ca'],
];

/** A message of the package in the words of the command line. */
export function inOptionNames(message: string): string {
  return NAMES.reduce((text, [option, name]) => text.replace(option, name), message);
}
