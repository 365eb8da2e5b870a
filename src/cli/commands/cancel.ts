import { Command } from 'commander';
import type { ConnectionOptions } from '../connection-options.js';
import { ANSWERED, NOT_DONE, OUTCOME_UNKNOWN } from '../exit-status.js';
import { writeOutcome } from '../follow.js';
import type { Io } from '../io.js';
import { type JobOptions, addJobArgument, jobOn, readJobArgument } from '../job-argument.js';
import { addHostOptions, withHosts } from '../with-host.js';

type Options = ConnectionOptions & JobOptions & { readonly kill?: true; readonly json?: true };

/**
 * `cancel`: ends a job.
 *
 * @param finish - is told the exit status
 */
export function cancelCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('cancel').description('cancel a migration or another job, and wait until it has ended');
  return addHostOptions(addJobArgument(command))
    .option('--kill', 'ask for Kill instead of Terminate')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nThe exit status is 1 when it ended otherwise than cancelled: it may have been too late; 3 when how it ended is not known.')
    .action(async (text: string, options: Options) => {
      const given = await readJobArgument(io, text, options);
      finish(
        await withHosts(io, options, [], async (host) => {
          const job = jobOn(host, given);
          await job.cancel({ signal: io.signal, kill: options.kill === true });
          const outcome = await job.wait({ signal: io.signal });
          await writeOutcome(io, outcome, options);
          if (outcome.kind === 'unknown') return OUTCOME_UNKNOWN;
          return outcome.kind === 'cancelled' ? ANSWERED : NOT_DONE;
        }),
      );
    });
}
