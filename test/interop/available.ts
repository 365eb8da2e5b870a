/** Whether the programs of the system that an interop suite runs against are installed. */
import { spawnSync } from 'node:child_process';

type Check = { readonly command: string; readonly arguments: readonly string[]; readonly packages: readonly string[] };

const IMPORT_NTLMSSP = `
import sys
import gssapi.raw
sys.exit(all(mechanism.dotted_form != '1.3.6.1.4.1.311.2.2.10' for mechanism in gssapi.raw.indicate_mechs()))
`;

const CHECKS = {
  gssapi: { command: '/usr/bin/python3', arguments: ['-c', 'import gssapi.raw'], packages: ['python3', 'python3-gssapi'] },
  ntlmssp: { command: '/usr/bin/python3', arguments: ['-c', IMPORT_NTLMSSP], packages: ['gss-ntlmssp'] },
  'ntlm-auth': { command: '/usr/bin/python3', arguments: ['-c', 'import ntlm_auth'], packages: ['python3-ntlm-auth'] },
  openssl: { command: 'openssl', arguments: ['version'], packages: ['openssl'] },
  redis: { command: 'redis-server', arguments: ['--version'], packages: ['redis-server'] },
  winrm: { command: '/usr/bin/python3', arguments: ['-c', 'import winrm'], packages: ['python3', 'python3-winrm'] },
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
  return spawnSync(check.command, check.arguments, { stdio: 'ignore' }).status === 0;
}
