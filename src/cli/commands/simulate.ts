import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../errors.js';
import type { MsvmError } from '../../hyperv/error.js';
import type { JobReference } from '../../hyperv/job-reference.js';
import type { SimulatedJob } from '../../testing/providers/migration-job.js';
import type { SimulatedHost } from '../../testing/simulated-host.js';
import type { SimulatedKdc } from '../../testing/simulated-kdc.js';
import { COMPUTER_NAME, DEFAULT_USER } from '../../testing/user-store.js';
import { ANSWERED } from '../exit-status.js';
import { readInput, readText } from '../input.js';
import type { Io } from '../io.js';
import { writeLine } from '../output.js';
import { PASSWORD_VARIABLE } from '../password.js';
import { hostsIntroduction, startHosts } from './simulate-hosts.js';

type Options = {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly username: string;
  readonly domain?: string;
  readonly jobState: number;
  readonly errorFile?: readonly string[];
  readonly certificateFile?: string;
  readonly cbt: 'none' | 'relaxed' | 'strict';
  readonly hosts?: number;
  readonly realm?: string;
  readonly krb5ConfFile?: string;
  readonly keytab?: string;
  readonly credssp?: true;
};

/** The options that mean nothing for several hosts. */
const OF_ONE_HOST: string[] = ['httpPort', 'httpsPort', 'jobState', 'errorFile', 'certificateFile', 'cbt', 'realm', 'krb5ConfFile', 'keytab', 'credssp'];
const MOST_HOSTS = 16;

/** Terminated, Killed, Exception, Completed with Warnings: the states in which a job has errors. */
const FAILED_STATES: ReadonlySet<number> = new Set([8, 9, 10, 32768]);

const VIRTUAL_MACHINE = { name: 'demo-vm', id: '3B1C9A52-6E7D-4F08-8A94-C05D2E6F7B31' };

/** A failed migration as Hyper-V reports it: the general error (event 21024) first, the specific cause after it. */
const ERRORS: readonly Partial<MsvmError>[] = [
  simulatedError('21024', `The migration of virtual machine '${VIRTUAL_MACHINE.name}' (ID ${VIRTUAL_MACHINE.id}) was started on '${COMPUTER_NAME}' and failed there.`),
  simulatedError(
    '20413',
    `The simulated host could not sign in to the destination '${COMPUTER_NAME}2' to move '${VIRTUAL_MACHINE.name}': no credentials were delegated to it (0x8009030E).`,
  ),
];

/**
 * `simulate`: runs a simulated Hyper-V host with one migration job, or several hosts that move machines, until it is
 * interrupted.
 *
 * @param finish - is told the exit status
 */
export function simulateCommand(io: Io, finish: (status: number) => void): Command {
  return new Command('simulate')
    .description('run a simulated Hyper-V host with a failed migration, on this machine only')
    .addOption(new Option('--http-port <port>', '0 takes a free one').argParser(parseUint16).default(0))
    .addOption(new Option('--https-port <port>', '0 takes a free one').argParser(parseUint16).default(0))
    .option('--username <name>', 'who may connect', DEFAULT_USER.username)
    .option('--domain <name>', 'the domain of that user (default: an account of the host itself)')
    .addOption(new Option('--job-state <number>', 'JobState of the job: 4 runs, 7 completed, 10 failed').argParser(parseUint16).default(10))
    .option('--error-file <file...>', 'CIM-XML texts that the job answers with, as they are')
    .option('--certificate-file <file>', "where to write the host's certificate, in PEM")
    .addOption(new Option('--cbt <level>', 'whether HTTPS asks for channel binding').choices(['none', 'relaxed', 'strict']).default('relaxed'))
    .option('--realm <name>', 'run a Kerberos realm for it, too, where the user can log on')
    .option('--krb5-conf-file <file>', 'where to write the krb5.conf of that realm')
    .addOption(new Option('--keytab <file>', 'keys of the host, to take the tickets of a realm of your own').conflicts('realm'))
    .option('--credssp', 'take CredSSP, too')
    .addOption(new Option('--hosts <n>', 'run so many hosts, hv01 and on, that move machines among themselves').argParser(parseHosts).conflicts(OF_ONE_HOST))
    .addHelpText('after', `\nThe user's password is that of ${PASSWORD_VARIABLE}; without it one is made and printed on standard error.`)
    .action(async (options: Options) => finish(await (options.hosts === undefined ? simulate(io, options) : simulateHosts(io, options, options.hosts))));
}

async function simulateHosts(io: Io, { username, domain }: Options, count: number): Promise<number> {
  const password = io.env[PASSWORD_VARIABLE] ?? newPassword();
  await using centre = await startHosts(count, { username, password, ...(domain === undefined ? {} : { domain }) });
  if (io.env[PASSWORD_VARIABLE] === undefined) await writeLine(io.stderr, `${PASSWORD_VARIABLE}=${password}`);
  const user = userName({ username, domain });
  await writeLine(io.stdout, hostsIntroduction(centre, accountLines(user), logOn(user)));
  await aborted(io.signal);
  return ANSWERED;
}

async function simulate(io: Io, options: Options): Promise<number> {
  const errorTexts = await Promise.all((options.errorFile ?? []).map((file) => readText(io, file)));
  const given = io.env[PASSWORD_VARIABLE];
  const password = given ?? newPassword();
  const { SimulatedHost } = await import('../../testing/simulated-host.js');
  const { httpPort, httpsPort, username, domain, cbt, credssp = false } = options;
  const user = { username, password, ...(domain === undefined ? {} : { domain }) };
  await using realm = await startRealm(options, user);
  const keytab = realm?.keytab ?? (options.keytab === undefined ? null : await readInput(io, options.keytab));
  const host = await SimulatedHost.start({ httpPort, httpsPort, cbt, credssp, users: [user], ...(keytab === null ? {} : { kerberos: { keytab } }) });
  try {
    const job = host.addJob({ JobState: options.jobState, ...errorsOf(options, errorTexts) });
    if (options.certificateFile !== undefined) await writeText(options.certificateFile, host.certificate);
    if (given === undefined) await writeLine(io.stderr, `${PASSWORD_VARIABLE}=${password}`);
    await writeLine(io.stdout, [introduction(host, job, options), ...(realm === null ? [] : [realmIntroduction(host, job, realm, options)])].join('\n'));
    await aborted(io.signal);
    return ANSWERED;
  } finally {
    await host.close();
  }
}

async function startRealm({ realm, krb5ConfFile }: Options, user: { readonly username: string; readonly password: string }): Promise<SimulatedKdc | null> {
  if (realm === undefined) {
    if (krb5ConfFile !== undefined) throw new UsageError('--krb5-conf-file needs --realm');
    return null;
  }
  const { SimulatedKdc: Kdc } = await import('../../testing/simulated-kdc.js');
  const kdc = await Kdc.start({ realm, users: [user], services: ['HTTP/localhost'], okAsDelegate: true });
  try {
    if (krb5ConfFile !== undefined) await writeText(krb5ConfFile, kdc.krb5Conf);
    return kdc;
  } catch (error) {
    await kdc.close();
    throw error;
  }
}

/** The host has a ticket under the name localhost alone. */
function realmIntroduction({ url }: SimulatedHost, { keys }: JobReference, { realm, port }: SimulatedKdc, { username, krb5ConfFile }: Options): string {
  const ask = `hyperv-wsman get-error ${keys.InstanceID} --url ${url.replace('127.0.0.1', 'localhost')} --auth kerberos --username ${quoted(`${username}@${realm}`)}`;
  return [
    `The realm ${realm} has its KDC at 127.0.0.1:${port}, and the host is HTTP/localhost there:`,
    ...(krb5ConfFile === undefined ? ['  (--krb5-conf-file writes the krb5.conf that leads there)'] : [`  ${ask} --krb5-config ${quoted(krb5ConfFile)}`]),
  ].join('\n');
}

function errorsOf({ jobState }: Options, errorTexts: readonly string[]): Pick<SimulatedJob, 'errors' | 'errorTexts'> {
  if (errorTexts.length > 0) return { errorTexts };
  return FAILED_STATES.has(jobState) ? { errors: ERRORS } : {};
}

function introduction(host: SimulatedHost, { keys }: JobReference, { username, domain, certificateFile }: Options): string {
  const user = userName({ username, domain });
  const ask = (url: string): string => `hyperv-wsman get-error ${keys.InstanceID} --url ${url} ${logOn(user)}`;
  return [
    'A simulated Hyper-V host is running; Ctrl-C ends it.',
    `  HTTP      ${host.url}`,
    `  HTTPS     ${host.httpsUrl}`,
    ...accountLines(user),
    `  job       ${keys.InstanceID}`,
    'Ask it, on another terminal, why the migration failed:',
    `  ${ask(host.url)}`,
    ...(certificateFile === undefined ? [] : [`  ${ask(host.httpsUrl)} --ca ${quoted(certificateFile)}`]),
  ].join('\n');
}

function userName({ username, domain }: { readonly username: string; readonly domain: string | undefined }): string {
  return domain === undefined ? username : `${domain}\\${username}`;
}

function accountLines(user: string): readonly string[] {
  return [`  user      ${user}`, `  password  that of ${PASSWORD_VARIABLE}`];
}

function logOn(user: string): string {
  return `--auth ntlm --username ${quoted(user)}`;
}

function newPassword(): string {
  return randomBytes(12).toString('base64url');
}

/** One word of a shell's command line. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`Cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function simulatedError(messageId: string, message: string): Partial<MsvmError> {
  return {
    CIMStatusCode: 1,
    ErrorSourceFormat: 0,
    ErrorType: 4,
    Message: message,
    MessageArguments: [VIRTUAL_MACHINE.name, VIRTUAL_MACHINE.id, COMPUTER_NAME],
    MessageID: messageId,
    OwningEntity: 'Microsoft-Windows-Hyper-V-VMMS',
    PerceivedSeverity: 5,
    ProbableCause: 0,
  };
}

function parseHosts(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) < 2 || Number(text) > MOST_HOSTS) throw new InvalidArgumentError(`It is a whole number from 2 to ${MOST_HOSTS}.`);
  return Number(text);
}

/** A port, or a JobState. */
function parseUint16(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('It is a whole number from 0 to 65535.');
  return Number(text);
}
