/** Whether the programs of the system that an interop suite runs against are installed. */
import { spawnSync } from 'node:child_process';
import { environment } from './run.js';

type Check = { readonly command: string; readonly arguments: readonly string[]; readonly packages: readonly string[] };

const IMPORT_NTLMSSP = `
import sys
import gssapi.raw
sys.exit(all(mechanism.dotted_form != '1.3.6.1.4.1.311.2.2.10' for mechanism in gssapi.raw.indicate_mechs()))
`;

/** Provisioning gives files to other users. */
const AS_ROOT = `
import os, ctypes
assert os.getuid() == 0
ctypes.CDLL('libnss_wrapper.so')
`;

const CHECKS = {
  faketime: { command: 'faketime', arguments: ['-f', '+0', 'true'], packages: ['faketime'] },
  gssapi: { command: '/usr/bin/python3', arguments: ['-c', 'import gssapi.raw'], packages: ['python3', 'python3-gssapi'] },
  kdc: { command: 'which', arguments: ['krb5kdc', 'kdb5_util', 'kadmin.local', 'kinit', 'kvno', 'setpriv'], packages: ['krb5-kdc', 'krb5-admin-server', 'krb5-user'] },
  ntlmssp: { command: '/usr/bin/python3', arguments: ['-c', IMPORT_NTLMSSP], packages: ['gss-ntlmssp'] },
  'ntlm-auth': { command: '/usr/bin/python3', arguments: ['-c', 'import ntlm_auth'], packages: ['python3-ntlm-auth'] },
  openssl: { command: 'openssl', arguments: ['version'], packages: ['openssl'] },
  redis: { command: 'redis-server', arguments: ['--version'], packages: ['redis-server'] },
  root: { command: '/usr/bin/python3', arguments: ['-c', AS_ROOT], packages: ['libnss-wrapper', '(and root)'] },
  samba: { command: 'which', arguments: ['samba', 'samba-tool', 'ntlm_auth', 'winbindd'], packages: ['samba-ad-dc', 'samba-ad-provision', 'winbind', 'python3-samba'] },
  winrm: { command: '/usr/bin/python3', arguments: ['-c', 'import winrm'], packages: ['python3', 'python3-winrm'] },
  freerdp: { command: 'sh', arguments: ['-c', 'command -v freerdp-shadow-cli'], packages: ['freerdp2-shadow-x11'] },
  xvfb: { command: 'sh', arguments: ['-c', 'command -v Xvfb'], packages: ['xvfb'] },
  nginx: { command: 'sh', arguments: ['-c', 'command -v nginx'], packages: ['nginx-light'] },
  tinyproxy: { command: 'sh', arguments: ['-c', 'command -v tinyproxy'], packages: ['tinyproxy-bin'] },
} as const satisfies Record<string, Check>;

/** A program, or a part of one, that a suite may need. */
export type Part = keyof typeof CHECKS;

/**
 * Tells whether all parts are there, for `describe.skipIf(!requireParts(...))`. When one is missing it says loudly on
 * stderr which Debian packages to install, so that a skipped suite is never silent.
 *
 * @throws Error - a part is missing and the environment has CI=true: there, a suite that did not run is a failure
 */
export function requireParts(...parts: readonly Part[]): boolean {
  const missing = parts.filter((part) => !works(CHECKS[part]));
  if (missing.length === 0) return true;
  const packages = missing.flatMap((part) => CHECKS[part].packages).join(' ');
  const message = `interop: ${missing.join(', ')} missing; on Debian: apt-get install ${packages}`;
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`\n*** SKIPPED *** ${message}\n\n`);
  return false;
}

function works(check: Check): boolean {
  return spawnSync(check.command, check.arguments, { stdio: 'ignore', env: environment({}) }).status === 0;
}
