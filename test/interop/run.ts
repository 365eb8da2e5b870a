/** Runs the programs of the system that the suites need, with the environment of Kerberos and no other clock than the one asked for. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Variables that a program gets beside PATH; nothing else of this process's environment reaches it. */
export type Environment = Readonly<Record<string, string>>;

/** Debian keeps the servers where only root looks. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** The environment of a program; `TZ` and the language are fixed, so that its messages can be read. */
export function environment(variables: Environment): Record<string, string> {
  return { PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC', ...variables };
}

/**
 * Runs a program to its end.
 *
 * @param input - what it reads from its standard input
 * @returns what it wrote to its standard output
 * @throws Error - it ended with another status than 0; the message has all that it wrote
 */
export async function run(command: string, parameters: readonly string[], variables: Environment, input = ''): Promise<string> {
  const child = spawn(command, parameters, { env: environment(variables) });
  child.stdin.on('error', () => undefined).end(input); // it may end without reading
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode === 0) return stdout;
  throw new Error(`${command} ${parameters.join(' ')} ended with ${child.exitCode ?? child.signalCode}:\n${stdout}${stderr}`);
}

/** A server that was started; it ends with this process at the latest. */
export type Server = { stop(): Promise<void> };

/**
 * Starts a server in the foreground, and waits until it writes `ready` to its standard error.
 *
 * @throws Error - it ended before that; the message has all that it wrote
 */
export async function startServer(command: string, parameters: readonly string[], variables: Environment, ready: string): Promise<Server> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...parameters], { env: environment(variables) });
  const ended = once(child, 'exit');
  await written(child, ready);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { stop };
}

function written(child: ChildProcessWithoutNullStreams, ready: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const read = (chunk: string): void => {
      log += chunk;
      if (log.includes(ready)) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${status}:\n${log}`)));
  });
}

/**
 * The variables that show a program another time, by libfaketime.
 *
 * @param offset - how far its clock is off, as faketime takes it: `+10m`, `-2h`; `null` is the right time
 * @throws Error - faketime is not there
 */
export function clockVariables(offset: string | null): Environment {
  if (offset === null) return {};
  const { stdout, status } = spawnSync('faketime', ['-f', '+0', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8', env: environment({}) });
  if (status !== 0) throw new Error('faketime did not run');
  return { LD_PRELOAD: stdout.trim(), FAKETIME: offset, DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}
