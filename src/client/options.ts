import { UsageError } from '../errors.js';
import type { ClientCertificate, TlsOptions } from '../transport/connection.js';
import { hostAndPort, splitZone } from '../transport/host-name.js';
import { resolveProxy } from '../transport/proxy.js';
import { checkTls } from '../transport/tls.js';
import type { Dialect } from '../wsman/dialect.js';
import type { TypeOf } from '../wsman/instance.js';
import { type Auth, checkAuth } from './auth.js';

/** Where a client connects and how; only `url` and `auth` are needed. */
export type WsmanClientOptions = {
  /** `https://hv01.example`, `http://hv01.example:5985/wsman` or `http://[fe80::1%25eth0]`. Without a path `/wsman`; a string without a port gets 5985 or 5986. */
  readonly url: string | URL;
  readonly auth: Auth;
  /** How the host's certificate is verified. Default: as Node does. */
  readonly tls?: TlsOptions;
  /**
   * An HTTP proxy to the host: `http://proxy:3128`, with `user:password@` where it asks for that. HTTP goes through it by CONNECT, too: one
   * connection from end to end. Default: none; the environment is not asked.
   */
  readonly proxy?: string | URL;
  /** What may cross plain HTTP unencrypted: `basic` also shows the password to everyone on the way. Default none. */
  readonly allowInsecure?: readonly ('basic' | 'none')[];
  /** How many calls may run at a time, each on an authenticated connection of its own. Default 1. */
  readonly connections?: number;
  /** For TCP and TLS together, in milliseconds. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long the host may work on one request, in milliseconds: the OperationTimeout header. Default 60,000. */
  readonly operationTimeoutMs?: number;
  /** For a whole call, waiting, connecting and a second try included, in milliseconds. Default `operationTimeoutMs` + 10,000. */
  readonly timeoutMs?: number;
  /** A connection unused for longer is replaced before a request is written, in milliseconds. Default 60,000. */
  readonly idleMs?: number;
  /**
   * The largest envelope the host should answer with, in bytes: the MaxEnvelopeSize header. Default 512,000, and for pages
   * of an enumeration the host's own limit where it tells. Least 8,192.
   */
  readonly maxEnvelopeSize?: number;
  /** The largest answer that is read at all, in bytes. Default 16 MiB: some hosts hold MaxEnvelopeSize for pages alone. */
  readonly maxResponseBytes?: number;
  /** Language tag for the host's texts; sent as a wish. Default `en-US`. */
  readonly locale?: string;
  /**
   * How resource URIs are made: `windows` for WinRM; `dmtf` for OMI, openwsman and server management controllers. Answers of
   * both are understood. Default `windows`.
   */
  readonly dialect?: Dialect;
  /**
   * The namespace of classes that are given by name alone. Default: the one the schema says, and `root/cimv2` for a class
   * outside the schema; on a HyperVHost `root/virtualization/v2`.
   */
  readonly namespace?: string;
  /** Is told of every exchange, opened when it was sealed: to record or to log what was said. Envelopes may hold what is confidential. */
  readonly observe?: (exchange: Exchange) => void;
  /** The HTTP client that carries requests; `undici` needs less CPU a call, `node` (`node:http`) starts fastest. Default `axios`. */
  readonly transport?: 'axios' | 'undici' | 'node';
};

/** One request and its answer, as envelopes. */
export type Exchange = {
  readonly request: string;
  /** The HTTP status. */
  readonly status: number;
  /** The Content-Type of the answer, after its seal was opened. */
  readonly contentType: string;
  /** The body of the answer; empty when there was none. */
  readonly response: string;
};

/** What a single call may set. */
export type CallOptions = {
  /** Aborts the call; it then rejects with the signal's reason, or with an OutcomeUnknownError (see there). */
  readonly signal?: AbortSignal;
  /** For the whole call, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number;
  /** Asks this namespace instead of the path's. */
  readonly namespace?: string;
  /** The types of members, instead of what the schema of `root/virtualization/v2` tells; `untyped` leaves every value as text. */
  readonly typeOf?: TypeOf;
  /** Says that sending the request twice does no harm, so that it may be sent again when the connection is lost. */
  readonly idempotent?: boolean;
};

/** The options with every default filled in. */
export type ResolvedOptions = Required<Omit<WsmanClientOptions, 'url' | 'allowInsecure' | 'observe' | 'proxy' | 'namespace' | 'maxEnvelopeSize'>> & {
  readonly maxEnvelopeSize: number | null;
  readonly namespace: string | null;
  readonly observe: ((exchange: Exchange) => void) | null;
  readonly url: URL;
  /** The zone of an IPv6 address, `eth0`. */
  readonly zone: string | null;
  readonly proxy: URL | null;
  readonly clientCertificate: ClientCertificate | null;
  /** `host:port`, for messages and job references. */
  readonly host: string;
};

const DEFAULT_PORT = { 'http:': '5985', 'https:': '5986' };

/**
 * Fills in the defaults and refuses what cannot work or is not safe.
 *
 * @throws UsageError - names the option and what it takes
 */
export function resolveOptions(options: WsmanClientOptions): ResolvedOptions {
  const { url, zone } = resolveUrl(options.url);
  const operationTimeoutMs = whole('operationTimeoutMs', options.operationTimeoutMs ?? 60_000, 1);
  const { auth, tls = {}, proxy } = options;
  checkAuth(auth, url, options.allowInsecure ?? []);
  const clientCertificate = auth.type === 'certificate' ? auth : null;
  checkTls(tls, clientCertificate);
  if (zone !== null && proxy !== undefined) throw new UsageError('url: the zone of an IPv6 address means something on this machine only; through a proxy there is none');
  return {
    url,
    zone,
    host: hostAndPort(url),
    auth,
    tls,
    clientCertificate,
    proxy: proxy === undefined ? null : resolveProxy(proxy),
    connections: whole('connections', options.connections ?? 1, 1),
    connectTimeoutMs: whole('connectTimeoutMs', options.connectTimeoutMs ?? 10_000, 1),
    operationTimeoutMs,
    timeoutMs: whole('timeoutMs', options.timeoutMs ?? operationTimeoutMs + 10_000, 1),
    idleMs: whole('idleMs', options.idleMs ?? 60_000, 0),
    maxEnvelopeSize: options.maxEnvelopeSize === undefined ? null : whole('maxEnvelopeSize', options.maxEnvelopeSize, 8192),
    maxResponseBytes: whole('maxResponseBytes', options.maxResponseBytes ?? 16 * 1024 * 1024, 8192),
    locale: options.locale ?? 'en-US',
    dialect: oneOf('dialect', options.dialect ?? 'windows', ['windows', 'dmtf']),
    namespace: options.namespace ?? null,
    observe: options.observe ?? null,
    transport: oneOf('transport', options.transport ?? 'axios', ['axios', 'undici', 'node']),
  };
}

/** @throws UsageError - not a whole number of at least `least` that a timer can hold */
export function whole(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least && value < 2 ** 31) return value;
  throw new UsageError(`${name} takes a whole number from ${least} to ${2 ** 31 - 1}, not ${value}`);
}

function resolveUrl(given: string | URL): { readonly url: URL; readonly zone: string | null } {
  const { url: text, zone } = splitZone(String(given));
  if (!/^\s*https?:\/\//i.test(text) || !URL.canParse(text)) {
    // What stands before an @ may be a password.
    throw new UsageError(`"${text.replace(/^.*@/s, '...@')}" is not a URL of a service: write http://HOST:5985 or https://HOST:5986`);
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw new UsageError('Give user and password as auth, not in the URL');
  if (typeof given === 'string' && !/^\s*\w+:\/\/(\[[^\]]*\]|[^/?#:]*):\d+/.test(text)) url.port = DEFAULT_PORT[url.protocol as keyof typeof DEFAULT_PORT];
  if (url.pathname === '/') url.pathname = '/wsman';
  url.hash = '';
  return { url, zone };
}

/** @throws UsageError - the value is none of those; callers in JavaScript, and options out of a file, have no compiler */
function oneOf<T extends string>(name: string, value: T, values: readonly T[]): T {
  if (values.includes(value)) return value;
  throw new UsageError(`${name} is one of ${values.join(', ')}, not ${JSON.stringify(value)}`);
}
