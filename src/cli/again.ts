import type { ConnectionOptions } from './connection-options.js';

/** A command line that asks the same host in the same way, ready to be typed; it holds no secret. */
export function commandLine(words: readonly string[], options: ConnectionOptions): string {
  const { url, auth, username, passwordFile, ca, fingerprint, insecure, allowInsecure, timeout, transport } = options;
  const given: readonly (readonly [name: string, value: string | undefined])[] = [
    ['url', url],
    ['auth', auth === 'ntlm' ? undefined : auth],
    ['username', username],
    ['password-file', passwordFile],
    ['ca', ca],
    ['fingerprint', fingerprint],
    ['allow-insecure', allowInsecure],
    ['timeout', timeout === undefined ? undefined : String(timeout / 1000)],
    ['transport', transport],
  ];
  const pairs = given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  return ['hyperv-wsman', ...words, ...pairs, ...(insecure === undefined ? [] : ['--insecure'])].map(quoted).join(' ');
}

/** One word of a shell's command line. */
function quoted(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
