import { UsageError } from '../errors.js';
import { type Input, type Io, Interruption } from './io.js';
import { readText } from './input.js';

/** The environment variable that holds the password. */
export const PASSWORD_VARIABLE = 'HYPERV_WSMAN_PASSWORD';

/**
 * Gets the password from the file that was named, else from the environment, else from a person at the terminal; never
 * from the command line, which every process on the machine can read.
 *
 * @param file - one line end at its end does not belong to the password; `-` is standard input
 * @throws UsageError - there is none, or it is empty: a Windows host refuses those over the network
 */
export async function readPassword(io: Io, username: string, file: string | undefined): Promise<string> {
  const password = await find(io, username, file);
  if (password === '') throw new UsageError('The password is empty');
  return password;
}

async function find(io: Io, username: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return (await readText(io, file)).replace(/\r?\n$/, '');
  const fromEnvironment = io.env[PASSWORD_VARIABLE];
  if (fromEnvironment !== undefined) return fromEnvironment;
  if (io.stdin.isTTY === true) return prompt(io, `Password for ${username}: `);
  throw new UsageError(`No password: set ${PASSWORD_VARIABLE}, give --password-file, or run on a terminal`);
}

const ENTER = /[\r\n\x04]/;
const INTERRUPT = '\x03';
/** What a terminal says when it goes away. */
const GONE = ['end', 'error', 'close'] as const;
const LAST_CHARACTER = /[^\uD800-\uDBFF]$|[\uD800-\uDBFF][\uDC00-\uDFFF]$/;

/**
 * Asks on the terminal without echo. In raw mode the terminal hands over every key, Ctrl-C and Backspace too; it ends only
 * when it goes away, and what was typed until then is no password.
 */
function prompt(io: Io, question: string): Promise<string> {
  const terminal = io.stdin;
  io.signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    let typed = '';
    const done = (settle: () => void): void => {
      terminal.off('data', onData);
      for (const event of GONE) terminal.off(event, onGone);
      // A terminal that goes away after the answer is of no interest.
      terminal.on('error', () => undefined);
      io.signal.removeEventListener('abort', onAbort);
      setRawMode(terminal, false);
      terminal.pause();
      io.stderr.write('\n');
      settle();
    };
    const onAbort = (): void => done(() => reject(io.signal.reason as Error));
    const onGone = (): void => done(() => reject(new UsageError('The terminal went away before the password was given')));
    const onData = (keys: string): void => {
      for (const key of keys) {
        if (key === INTERRUPT || ENTER.test(key)) {
          done(() => (key === INTERRUPT ? reject(new Interruption('SIGINT')) : resolve(typed)));
          return;
        }
        typed = key === '\x7F' || key === '\b' ? typed.replace(LAST_CHARACTER, '') : typed + key;
      }
    };
    io.signal.addEventListener('abort', onAbort);
    for (const event of GONE) terminal.on(event, onGone);
    terminal.setEncoding('utf8').on('data', onData).resume();
    io.stderr.write(question);
    if (!setRawMode(terminal, true)) onGone();
  });
}

/** Whether it could be done: a terminal that went away cannot. */
function setRawMode(terminal: Input, raw: boolean): boolean {
  try {
    terminal.setRawMode?.(raw);
    return true;
  } catch {
    return false;
  }
}
