import type { Command } from 'commander';
import type { Io } from './io.js';

/**
 * Declares one command.
 *
 * @param finish - is told the exit status
 * @param run - runs another command line, for a command that is given one
 */
export type MakeCommand = (io: Io, finish: (status: number) => void, run: (argv: readonly string[], io: Io) => Promise<number>) => Command;

/**
 * Every command by its name, in the order of the help. Each is loaded when it is asked for: the modules of all of them
 * took longer to load than the host took to answer.
 */
const COMMANDS: Readonly<Record<string, () => Promise<MakeCommand>>> = {
  'get-error': async () => (await import('./commands/get-error.js')).getErrorCommand,
  explain: async () => (await import('./commands/explain.js')).explainCommand,
  vms: async () => (await import('./commands/vms.js')).vmsCommand,
  vm: async () => (await import('./commands/vm.js')).vmCommand,
  preflight: async () => (await import('./commands/preflight.js')).preflightCommand,
  precheck: async () => (await import('./commands/precheck.js')).precheckCommand,
  migrate: async () => (await import('./commands/migrate.js')).migrateCommand,
  watch: async () => (await import('./commands/watch.js')).watchCommand,
  cancel: async () => (await import('./commands/cancel.js')).cancelCommand,
  jobs: async () => (await import('./commands/jobs.js')).jobsCommand,
  drain: async () => (await import('./commands/drain.js')).drainCommand,
  identify: async () => (await import('./commands/identify.js')).identifyCommand,
  get: async () => (await import('./commands/get.js')).getCommand,
  put: async () => (await import('./commands/put.js')).putCommand,
  enum: async () => (await import('./commands/enum.js')).enumCommand,
  query: async () => (await import('./commands/query.js')).queryCommand,
  associators: async () => (await import('./commands/associators.js')).associatorsCommand,
  invoke: async () => (await import('./commands/invoke.js')).invokeCommand,
  subscribe: async () => (await import('./commands/subscribe.js')).subscribeCommand,
  run: async () => (await import('./commands/run.js')).runCommand,
  decode: async () => (await import('./commands/decode.js')).decodeCommand,
  simulate: async () => (await import('./commands/simulate.js')).simulateCommand,
  record: async () => (await import('./commands/record.js')).recordCommand,
  replay: async () => (await import('./commands/replay.js')).replayCommand,
};

/** The command of a name alone; all commands for anything else, as the help and the search for a like name need them. */
export function loadCommands(name: string | undefined): Promise<readonly MakeCommand[]> {
  const asked = name !== undefined && Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]!] : Object.values(COMMANDS);
  return Promise.all(asked.map((load) => load()));
}
