import { Command, InvalidArgumentError, Option } from 'commander';
import type { ReplayHost } from '../../testing/replay.js';
import { ANSWERED } from '../exit-status.js';
import { readText } from '../input.js';
import type { Io } from '../io.js';
import { oneLine, writeLine } from '../output.js';

/**
 * `replay`: serves a recording, until it is interrupted.
 *
 * @param finish - is told the exit status
 */
export function replayCommand(io: Io, finish: (status: number) => void): Command {
  return new Command('replay')
    .description('run a host that answers as a recording does, on this machine only')
    .argument('<file>', 'what record wrote; - is standard input')
    .addOption(new Option('--port <port>', '0 takes a free one').argParser(parsePort).default(0))
    .action(async (file: string, options: { readonly port: number }) => finish(await replay(io, file, options)));
}

async function replay(io: Io, file: string, options: { readonly port: number }): Promise<number> {
  const [{ ReplayHost }, { readRecording }] = await Promise.all([import('../../testing/replay.js'), import('../../testing/recording.js')]);
  const host = await ReplayHost.start(readRecording(await readText(io, file)), options);
  try {
    await writeLine(io.stdout, introduction(host));
    await new Promise((resolve) => {
      if (io.signal.aborted) resolve(undefined);
      else io.signal.addEventListener('abort', resolve, { once: true });
    });
    return ANSWERED;
  } finally {
    await host.close();
  }
}

function introduction({ url, asked }: ReplayHost): string {
  return [
    'A host that answers as the recording does is running; Ctrl-C ends it.',
    `  HTTP  ${url}`,
    'It answers each of these once:',
    ...asked.map((each) => `  ${oneLine(each)}`),
    'Add to the command that was recorded, instead of its own:',
    `  --url ${url} --auth none --allow-insecure none`,
  ].join('\n');
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('It is a whole number from 0 to 65535.');
  return Number(text);
}
