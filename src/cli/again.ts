import type { ConnectionOptions } from './connection-options.js';

/** A command line that asks the same host in the same way, ready to be typed; it holds no secret, so a proxy, whose URL may, is left out. */
export function commandLine(words: readonly string[], options: ConnectionOptions): string {
  const { url, auth, ntlm, timeout } = options;
  const valued: readonly (readonly [name: string, value: string | undefined])[] = [
    ['url', url],
    ['auth', auth === 'negotiate' ? undefined : auth],
    ['username', options.username],
    ['password-file', options.passwordFile],
    ['keytab', options.keytab],
    ['ccache', options.ccache],
    ['krb5-config', options.krb5Config],
    ['spn', options.spn],
    ['delegate', options.delegate === 'untrusted' ? 'untrusted' : undefined],
    ['cert', options.cert],
    ['cert-key', options.certKey],
    ['pfx', options.pfx],
    ['ca', options.ca],
    ['fingerprint', options.fingerprint],
    ['allow-insecure', options.allowInsecure],
    ['timeout', timeout === undefined ? undefined : String(timeout / 1000)],
    ['transport', options.transport],
  ];
  const flags: readonly (readonly [name: string, given: boolean])[] = [
    ['delegate', options.delegate === true],
    ['allow-rc4', options.allowRc4 === true],
    ['no-ntlm', !ntlm],
    ['allow-ntlm', options.allowNtlm === true],
    ['insecure', options.insecure === true],
  ];
  const pairs = valued.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  const given = flags.flatMap(([name, isGiven]) => (isGiven ? [`--${name}`] : []));
  return ['hyperv-wsman', ...words, ...pairs, ...given].map(quoted).join(' ');
}

/** One word of a shell's command line. */
function quoted(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
