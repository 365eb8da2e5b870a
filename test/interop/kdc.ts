/** MIT Kerberos' KDC, of its own for a suite: krb5kdc with a database in a folder of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { type Environment, clockVariables, run, startServer } from './run.js';

/** The etypes of the tests, by the names that MIT Kerberos and RFC 3961's registry have for them. */
export const ETYPES = ['aes256-cts-hmac-sha1-96', 'aes128-cts-hmac-sha1-96', 'aes256-cts-hmac-sha384-192', 'aes128-cts-hmac-sha256-128', 'rc4-hmac'] as const;

/** A principal in the database. */
export type PrincipalOptions = {
  /** Its keys are made of it; random keys when it is absent. */
  readonly password?: string;
  /** The etypes of its keys, and of the keys of sessions with it; all of {@link ETYPES} unless told. */
  readonly etypes?: readonly string[];
  /** As kadmin's addprinc takes them: `+ok_as_delegate`, `-allow_forwardable`, `-maxlife`, `5 minutes`. */
  readonly attributes?: readonly string[];
};

/** What {@link startKdc} takes. */
export type KdcOptions = {
  readonly realm: string;
  /** By name; without a realm in it, in this one. A trust is `krbtgt/B@A` with one password in the databases of A and B. */
  readonly principals: Readonly<Record<string, PrincipalOptions>>;
  /** Domain or host to realm: where the KDC refers a client to that asks for a service it does not know (RFC 6806 §8). */
  readonly domainRealm?: Readonly<Record<string, string>>;
  /** How far the KDC's clock is off, as faketime takes it: `+10m`. */
  readonly clock?: string;
};

/** How a client's krb5.conf is to be. */
export type ClientConfig = {
  readonly defaultRealm?: string;
  readonly domainRealm?: Readonly<Record<string, string>>;
  /** More lines for `[libdefaults]`. */
  readonly libdefaults?: readonly string[];
};

/** How {@link Kdc.kinit} gets a ticket. */
export type KinitOptions = {
  readonly password?: string;
  readonly keytab?: string;
  /** The name of the cache, with its type: `DIR:/folder`; a file of its own in the KDC's folder unless told. */
  readonly ccache?: string;
  /** More for the command line: `-f`, `-l`, `5m`. */
  readonly parameters?: readonly string[];
  /** The krb5.conf; the KDC's {@link Kdc.config} unless told. */
  readonly config?: string;
};

/** A running KDC; it takes TCP on 127.0.0.1. */
export type Kdc = {
  readonly realm: string;
  readonly port: number;
  /** Its folder; what is put there is removed with it. */
  readonly folder: string;
  /** The path of a krb5.conf for its clients. */
  readonly config: string;
  /** Runs one command of kadmin.local: `cpw`, `-pw`, ... @throws Error - it failed */
  kadmin(...command: readonly string[]): Promise<void>;
  /** Writes the keys that the principals have now to a keytab, and returns its path. */
  keytab(...principals: readonly string[]): Promise<string>;
  /** Runs kinit and returns the name of the credential cache. */
  kinit(principal: string, options: KinitOptions): Promise<string>;
  /** Ends the KDC and removes its folder. */
  stop(): Promise<void>;
};

/**
 * Makes a realm and starts its KDC; it also ends when this process does.
 *
 * @throws Error - a program failed; the message has what it wrote
 */
export async function startKdc(options: KdcOptions): Promise<Kdc> {
  const { realm, principals, clock = null } = options;
  const folder = await mkdtemp(join(tmpdir(), 'kdc-'));
  const port = await freePort();
  const time = clockVariables(clock);
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  let files = 0;
  const newPath = (name: string): string => join(folder, `${name}-${++files}`);

  const own: Environment = {
    KRB5_KDC_PROFILE: await file('kdc.conf', kdcConf(realm, port, folder)),
    KRB5_CONFIG: await file('kdc-krb5.conf', `${krb5Conf([], { defaultRealm: realm, domainRealm: options.domainRealm ?? {} })}[logging]\n kdc = STDERR\n`),
    ...time,
  };
  const kadmin = async (...command: readonly string[]): Promise<void> => {
    await run('kadmin.local', ['-r', realm, ...command], own);
  };
  await run('kdb5_util', ['-r', realm, 'create', '-s', '-P', 'master'], own);
  for (const [name, principal] of Object.entries(principals)) {
    await kadmin(...addPrincipal(name, principal));
    if (principal.etypes !== undefined) await kadmin('setstr', name, 'session_enctypes', principal.etypes.join(' '));
  }
  const server = await startServer('krb5kdc', ['-n', '-r', realm], own, 'commencing operation');
  const config = await file('krb5.conf', krb5Conf([{ realm, port }], { defaultRealm: realm }));

  return {
    realm,
    port,
    folder,
    config,
    kadmin,
    keytab: async (...names) => {
      const path = newPath('keytab');
      await kadmin('ktadd', '-norandkey', '-k', path, ...names);
      return path;
    },
    kinit: async (principal, { password, keytab, ccache = `FILE:${newPath('ccache')}`, parameters = [], config: path = config }) => {
      const proof = keytab === undefined ? [] : ['-k', '-t', keytab];
      await run('kinit', ['-c', ccache, ...proof, ...parameters, principal], { KRB5_CONFIG: path, ...time }, password === undefined ? '' : `${password}\n`);
      return ccache;
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** A krb5.conf for clients of these KDCs: TCP only, and nothing asked of DNS. */
export function krb5Conf(kdcs: readonly { readonly realm: string; readonly port: number }[], { defaultRealm, domainRealm = {}, libdefaults = [] }: ClientConfig): string {
  return `[libdefaults]
${defaultRealm === undefined ? '' : ` default_realm = ${defaultRealm}\n`} dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
 forwardable = true
 allow_rc4 = true
${libdefaults.map((line) => ` ${line}\n`).join('')}[realms]
${kdcs.map(({ realm, port }) => ` ${realm} = {\n  kdc = 127.0.0.1:${port}\n }\n`).join('')}[domain_realm]
${Object.entries(domainRealm).map(([domain, realm]) => ` ${domain} = ${realm}\n`).join('')}`;
}

/** kdc.conf: the database is Berkeley DB in the folder; no UDP. */
function kdcConf(realm: string, port: number, folder: string): string {
  return `[kdcdefaults]
 kdc_listen = ""
 kdc_tcp_listen = 127.0.0.1:${port}
[realms]
 ${realm} = {
  database_name = ${folder}/principal
  key_stash_file = ${folder}/stash
  acl_file = ${folder}/kadm5.acl
  supported_enctypes = ${ETYPES.map((name) => `${name}:normal`).join(' ')}
  max_life = 10h
  max_renewable_life = 7d
  host_based_services = *
 }
`;
}

function addPrincipal(name: string, { password, etypes = ETYPES, attributes = [] }: PrincipalOptions): readonly string[] {
  const secret = password === undefined ? ['-randkey'] : ['-pw', password];
  return ['addprinc', ...secret, '-e', etypes.map((etype) => `${etype}:normal`).join(','), ...attributes, name];
}
