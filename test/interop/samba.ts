/** Samba's Active Directory, of its own for a suite: the KDC and winbindd of a domain controller, in a folder of their own on loopback. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { krb5Conf } from './kdc.js';
import { type Environment, run, startServer } from './run.js';

/** What {@link startSamba} takes. */
export type SambaOptions = {
  /** In capitals. */
  readonly realm: string;
  /** The NetBIOS name of the domain. */
  readonly domain: string;
  readonly users: readonly {
    /** The sAMAccountName. */
    readonly username: string;
    readonly password: string;
    /** The userPrincipalName, whose suffix may be another than the realm; `username@realm` in small letters unless told. */
    readonly upn?: string;
    /** The service principal names: this is the account of a service. */
    readonly spns?: readonly string[];
    /** Protected from delegation: its tickets cannot be forwarded. */
    readonly sensitive?: boolean;
  }[];
};

/** A running domain controller. Its LDAP, DNS and SMB do not run: their ports are fixed. */
export type Samba = {
  readonly folder: string;
  /** The path of a krb5.conf for its clients. */
  readonly config: string;
  /** Writes the keys of service principals to a keytab, and returns its path. */
  keytab(...spns: readonly string[]): Promise<string>;
  /** How to start ntlm_auth, Samba's acceptor for programs like squid, so that it finds this domain. */
  ntlmAuth(protocol: 'squid-2.5-ntlmssp' | 'gss-spnego'): { readonly command: string; readonly parameters: readonly string[]; readonly variables: Environment };
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
};

const ADMINISTRATOR_PASSWORD = 'Provisioned-1';
/** samba-tool takes no suffix but the realm's while its LSA server does not run. */
const SET_UPN = `
import sys, ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
configuration, username, upn = sys.argv[1:]
lp = LoadParm(filename_for_non_global_lp=configuration)
samdb = SamDB(session_info=system_session(lp), lp=lp)
message = ldb.Message(samdb.search(expression='(sAMAccountName=%s)' % username)[0].dn)
message['userPrincipalName'] = ldb.MessageElement(upn, ldb.FLAG_MOD_REPLACE, 'userPrincipalName')
samdb.modify(message)
`;

/**
 * Provisions a domain and starts its KDC and winbindd; they also end when this process does.
 *
 * @throws Error - a program failed; the message has what it wrote
 */
export async function startSamba({ realm, domain, users }: SambaOptions): Promise<Samba> {
  const folder = await mkdtemp(join(tmpdir(), 'samba-'));
  const port = await freePort();
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  await Promise.all(['private', 'state', 'cache', 'lock', 'run', 'log'].map((name) => mkdir(join(folder, name))));
  const smbConf = await file('smb.conf', await configuration(folder, realm, domain, port));
  const config = await file('krb5.conf', krb5Conf([{ realm, port }], { defaultRealm: realm }));
  const tool = (...parameters: readonly string[]): Promise<string> => run('samba-tool', [...parameters, `--configfile=${smbConf}`], { KRB5_CONFIG: config });

  await tool('domain', 'provision', `--realm=${realm}`, `--domain=${domain}`, '--server-role=dc', '--dns-backend=NONE', '--host-name=dc1', '--host-ip=127.0.0.1', `--adminpass=${ADMINISTRATOR_PASSWORD}`);
  for (const { username, password, upn, spns = [], sensitive = false } of users) {
    await tool('user', 'create', username, password);
    if (upn !== undefined) await run('/usr/bin/python3', ['-c', SET_UPN, smbConf, username, upn], {});
    for (const spn of spns) await tool('spn', 'add', spn, username);
    if (sensitive) await tool('user', 'sensitive', username, 'on');
  }
  const server = await startServer('samba', ['--interactive', '--model=single', `--configfile=${smbConf}`, '--debug-stdout', '--debuglevel=1'], {}, 'winbindd version');
  await listening(port);

  return {
    folder,
    config,
    keytab: async (...spns) => {
      const path = join(folder, `keytab-${spns.join('-').replaceAll('/', '-')}`);
      for (const spn of spns) await tool('domain', 'exportkeytab', path, `--principal=${spn}`);
      return path;
    },
    ntlmAuth: (protocol) => ({
      command: 'ntlm_auth',
      parameters: [`--configfile=${smbConf}`, `--helper-protocol=${protocol}`],
      // libwbclient looks for winbindd elsewhere only where nss_wrapper is.
      variables: {
        LD_PRELOAD: 'libnss_wrapper.so',
        NSS_WRAPPER_PASSWD: '/etc/passwd',
        NSS_WRAPPER_GROUP: '/etc/group',
        SELFTEST_WINBINDD_SOCKET_DIR: join(folder, 'run/winbindd'),
      },
    }),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** smb.conf. Extended attributes are kept in a file: the security ones of a file system would need more rights than a container has. */
async function configuration(folder: string, realm: string, domain: string, port: number): Promise<string> {
  return `[global]
  realm = ${realm}
  workgroup = ${domain}
  netbios name = DC1
  server role = active directory domain controller
  server services = kdc, winbindd
  interfaces = lo
  bind interfaces only = yes
  krb5 port = ${port}
  kpasswd port = ${await freePort()}
  kdc default domain supported enctypes = aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96
  private dir = ${folder}/private
  state directory = ${folder}/state
  cache directory = ${folder}/cache
  lock directory = ${folder}/lock
  pid directory = ${folder}/run
  ncalrpc dir = ${folder}/run/ncalrpc
  winbindd socket directory = ${folder}/run/winbindd
  ntp signd socket directory = ${folder}/run/ntp_signd
  log file = ${folder}/log/%m
  vfs objects = dfs_samba4 acl_xattr xattr_tdb
  xattr_tdb:file = ${folder}/state/xattr.tdb
[sysvol]
  path = ${folder}/state/sysvol
  read only = no
[netlogon]
  path = ${folder}/state/sysvol/${realm.toLowerCase()}/scripts
  read only = no
`;
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect(port, '127.0.0.1');
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (connected) return;
    await wait(100);
  }
  throw new Error(`The KDC of Samba does not listen on port ${port}`);
}
