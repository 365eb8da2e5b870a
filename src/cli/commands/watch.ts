import { Command } from 'commander';
import { ANSWERED, outcomeStatus } from '../exit-status.js';
import { type FollowOptions, addFollowOptions, follow } from '../follow.js';
import type { Io } from '../io.js';
import { type JobOptions, addJobArgument, jobOn, readJobArgument } from '../job-argument.js';
import { addDestinationOptions, addHostOptions, otherHosts, withHosts } from '../with-host.js';

type Options = FollowOptions & JobOptions;

/**
 * `watch`: follows a job to its end.
 *
 * @param finish - is told the exit status
 */
export function watchCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('watch').description('follow a migration or another job to its end, and tell how it ended');
  return addFollowOptions(addDestinationOptions(addHostOptions(addJobArgument(command)))).action(async (text: string, options: Options) => {
    const given = await readJobArgument(io, text, options);
    const outcome = await withHosts(io, options, otherHosts(options), (host, [destination]) => follow(io, jobOn(host, given), options, destination));
    finish(outcome === null ? ANSWERED : outcomeStatus(outcome));
  });
}
