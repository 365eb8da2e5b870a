import { type Command, InvalidArgumentError, Option } from 'commander';
import type { WsmanClientOptions } from '../client/options.js';
import { UsageError } from '../errors.js';
import { readText } from './input.js';
import type { Io } from './io.js';

/** The options that every command takes which connects to a host, as commander parses them. */
export type ConnectionOptions = {
  readonly url: string;
  readonly auth: 'ntlm' | 'basic' | 'none';
  readonly username?: string;
  readonly passwordFile?: string;
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly insecure?: true;
  readonly allowInsecure?: 'basic' | 'none';
  /** Milliseconds. */
  readonly timeout?: number;
  readonly transport?: 'axios' | 'undici';
};

/** Declares {@link ConnectionOptions} on a command. */
export function addConnectionOptions(command: Command): Command {
  return command
    .requiredOption('--url <url>', 'the host: https://hv01.example or http://hv01.example:5985/wsman')
    .addOption(new Option('--auth <type>', 'how to prove who is calling').choices(['ntlm', 'basic', 'none']).default('ntlm'))
    .option('--username <name>', 'DOMAIN\\user, user@domain, .\\user or user')
    .option('--password-file <file>', 'a file that holds the password; - is standard input')
    .option('--ca <file>', "certificates to trust instead of Node's own, in PEM")
    .addOption(new Option('--fingerprint <sha256>', 'the SHA-256 of the one certificate to trust').argParser(parseFingerprint).conflicts('ca'))
    .addOption(new Option('--insecure', 'accept any certificate: for tests only').conflicts(['ca', 'fingerprint']))
    .addOption(new Option('--allow-insecure <type>', 'what may go unprotected over plain HTTP').choices(['basic', 'none']))
    .addOption(new Option('--timeout <seconds>', 'how long the whole call may take (default: 70)').argParser(parseSeconds))
    .addOption(new Option('--transport <name>', 'the HTTP client that is used (default: axios)').choices(['axios', 'undici']));
}

/**
 * The client's options from those of the command line.
 *
 * @param password - called when the client connects
 * @throws UsageError - a file that cannot be read, or options that do not go together
 */
export async function toClientOptions(io: Io, options: ConnectionOptions, password: () => string): Promise<WsmanClientOptions> {
  const { url, ca, fingerprint, insecure, allowInsecure, timeout, transport } = options;
  if (/^\s*http:/i.test(url) && (ca !== undefined || fingerprint !== undefined || insecure !== undefined)) {
    throw new UsageError('--ca, --fingerprint and --insecure are about certificates; plain http:// has none');
  }
  return {
    url,
    auth: toAuth(options, password),
    tls: {
      ...(ca === undefined ? {} : { ca: await readText(io, ca) }),
      ...(fingerprint === undefined ? {} : { fingerprint256: fingerprint }),
      ...(insecure === undefined ? {} : { rejectUnauthorized: false }),
    },
    ...(allowInsecure === undefined ? {} : { allowInsecure: [allowInsecure] }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(transport === undefined ? {} : { transport }),
    ...(io.observe === undefined ? {} : { observe: io.observe }),
  };
}

function toAuth({ auth, username, passwordFile }: ConnectionOptions, password: () => string): WsmanClientOptions['auth'] {
  if (auth === 'none') {
    if (username !== undefined || passwordFile !== undefined) throw new UsageError('--auth none takes no --username and no --password-file');
    return { type: 'none' };
  }
  if (username === undefined) throw new UsageError(`--auth ${auth} needs --username`);
  return auth === 'ntlm' ? { type: 'ntlm', username, password } : { type: 'basic', username, password };
}

function parseFingerprint(text: string): string {
  const digits = text.replaceAll(':', '');
  if (!/^[0-9a-f]{64}$/i.test(digits)) throw new InvalidArgumentError('It is 64 hexadecimal digits, with or without colons.');
  return digits;
}

/** A time in seconds, as milliseconds. */
export function parseSeconds(text: string): number {
  const milliseconds = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : 0;
  if (milliseconds < 1 || milliseconds >= 2 ** 31) throw new InvalidArgumentError('It is a number of seconds from 0.001 to 2147483.');
  return milliseconds;
}
