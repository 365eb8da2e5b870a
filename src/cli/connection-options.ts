import { type Command, InvalidArgumentError, Option } from 'commander';
import type { WsmanClientOptions } from '../client/options.js';
import { UsageError } from '../errors.js';
import { type AuthOptions, type Login, addAuthOptions, toLogin } from './auth-options.js';
import { readText } from './input.js';
import type { Io } from './io.js';

/** The options that every command takes which connects to a host, as commander parses them. */
export type ConnectionOptions = AuthOptions & {
  readonly url: string;
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly insecure?: true;
  readonly proxy?: string;
  readonly allowInsecure?: 'basic' | 'none';
  /** Milliseconds. */
  readonly timeout?: number;
  readonly transport?: 'axios' | 'undici' | 'node';
};

/** Declares {@link ConnectionOptions} on a command. */
export function addConnectionOptions(command: Command): Command {
  return addAuthOptions(command.requiredOption('--url <url>', 'the host: https://hv01.example or http://hv01.example:5985/wsman'))
    .option('--ca <file>', "certificates to trust instead of Node's own, in PEM")
    .addOption(new Option('--fingerprint <sha256>', 'the SHA-256 of the one certificate to trust').argParser(parseFingerprint).conflicts('ca'))
    .addOption(new Option('--insecure', 'accept any certificate: for tests only').conflicts(['ca', 'fingerprint']))
    .option('--proxy <url>', 'an HTTP proxy to go through: http://proxy.example:3128')
    .addOption(new Option('--allow-insecure <type>', 'what may go unprotected over plain HTTP').choices(['basic', 'none']))
    .addOption(new Option('--timeout <seconds>', 'how long the whole call may take (default: 70)').argParser(parseSeconds))
    .addOption(new Option('--transport <name>', 'the HTTP client that is used (default: node, which starts fastest)').choices(['node', 'axios', 'undici']));
}

/** The client's options from those of the command line, and how to get the password when all of them are known to be right. */
export type Connecting = { readonly client: WsmanClientOptions } & Pick<Login, 'askPassword'>;

/** @throws UsageError - a file that cannot be read, or options that do not go together */
export async function toClientOptions(io: Io, options: ConnectionOptions): Promise<Connecting> {
  const { url, ca, fingerprint, insecure, allowInsecure, timeout, transport = 'node', proxy } = options;
  if (/^\s*http:/i.test(url) && (ca !== undefined || fingerprint !== undefined || insecure !== undefined)) {
    throw new UsageError('--ca, --fingerprint and --insecure are about certificates; plain http:// has none');
  }
  const { auth, askPassword } = await toLogin(io, options);
  const client: WsmanClientOptions = {
    url,
    auth,
    tls: {
      ...(ca === undefined ? {} : { ca: await readText(io, ca) }),
      ...(fingerprint === undefined ? {} : { fingerprint256: fingerprint }),
      ...(insecure === undefined ? {} : { rejectUnauthorized: false }),
    },
    ...(proxy === undefined ? {} : { proxy }),
    ...(allowInsecure === undefined ? {} : { allowInsecure: [allowInsecure] }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    transport,
    ...(io.observe === undefined ? {} : { observe: io.observe }),
  };
  return { client, askPassword };
}

function parseFingerprint(text: string): string {
  const digits = text.replaceAll(':', '');
  if (/^[0-9a-f]{40}$/i.test(digits)) throw new InvalidArgumentError('It has 40 digits: a SHA-1 thumbprint, as Windows shows it; the SHA-256 fingerprint has 64.');
  if (!/^[0-9a-f]{64}$/i.test(digits)) throw new InvalidArgumentError('It is 64 hexadecimal digits, with or without colons.');
  return digits;
}

/** A time in seconds, as milliseconds. */
export function parseSeconds(text: string): number {
  const milliseconds = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : 0;
  if (milliseconds < 1 || milliseconds >= 2 ** 31) throw new InvalidArgumentError('It is a number of seconds from 0.001 to 2147483.');
  return milliseconds;
}
