import { Command } from 'commander';
import type { CimValue } from '../../cim/types.js';
import type { JobStatus } from '../../hyperv/job-status.js';
import type { ConnectionOptions } from '../connection-options.js';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { type Listing, writeListing } from '../listing.js';
import { type OutputOptions, addOutputOptions } from '../records.js';
import { addHostOptions, withHosts } from '../with-host.js';

type Options = ConnectionOptions & OutputOptions & { readonly running?: true };

/**
 * `jobs`: lists the jobs of a host.
 *
 * @param finish - is told the exit status
 */
export function jobsCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('jobs').description('list the jobs that run on a host, and those that ended in the last minutes').option('--running', 'only those that run');
  return addOutputOptions(addHostOptions(command)).action(async (options: Options) => {
    const listed = { signal: io.signal, ...(options.running === undefined ? {} : { running: true }) };
    await withHosts(io, options, [], (host) => writeListing(io, host.jobs(listed), options, LISTING));
    finish(ANSWERED);
  });
}

const LISTING: Listing<JobStatus> = {
  columns: {
    INSTANCEID: ({ reference }) => reference.keys.InstanceID,
    STATE: ({ state }) => state,
    '%': ({ percent }) => percent,
    TO: ({ instance }) => textOf(instance.DestinationHost),
    MACHINE: ({ instance }) => textOf(instance.VirtualSystemName),
    CLASS: ({ reference }) => reference.className,
  },
  toJson: ({ reference, phase, state, percent, elapsedMs, cancellable, description, seenAt, instance }) => {
    const [machine, to] = [textOf(instance.VirtualSystemName), textOf(instance.DestinationHost)];
    return { job: reference, phase, state, percent, machine, to, elapsedMs, cancellable, description, seenAt };
  },
};

/** Only migrations have those properties. */
function textOf(value: CimValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
