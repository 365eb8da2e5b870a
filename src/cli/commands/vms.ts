import { Command } from 'commander';
import type { CallOptions } from '../../client/options.js';
import { FaultError, ReturnValueError } from '../../errors.js';
import type { MachineSummary } from '../../hyperv/machines/summary.js';
import type { VirtualMachine } from '../../hyperv/machines/virtual-machine.js';
import type { ConnectionOptions } from '../connection-options.js';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { type Listing, writeListing } from '../listing.js';
import { type OutputOptions, addOutputOptions } from '../records.js';
import { addHostOptions, withHosts } from '../with-host.js';

/** A machine, and what its host says of it now; `null` when it says nothing, as of one that has just left. */
type Listed = { readonly machine: VirtualMachine; readonly summary: MachineSummary | null };

/**
 * `vms`: lists the virtual machines of a host.
 *
 * @param finish - is told the exit status
 */
export function vmsCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('vms').description('list the virtual machines of a host');
  return addOutputOptions(addHostOptions(command)).action(async (options: ConnectionOptions & OutputOptions) => {
    const call = { signal: io.signal };
    await withHosts(io, options, [], (host) => writeListing(io, summarized(host.virtualMachines(call), call), options, LISTING));
    finish(ANSWERED);
  });
}

const LISTING: Listing<Listed> = {
  columns: {
    NAME: ({ machine }) => machine.name,
    ID: ({ machine }) => machine.id,
    STATE: ({ machine }) => machine.state,
    'MEMORY MB': ({ summary }) => summary?.memoryUsageMb ?? null,
    HEARTBEAT: ({ summary }) => summary?.heartbeat ?? null,
  },
  toJson: ({ machine: { name, id, state }, summary }) => ({ name, id, state, memoryMb: summary?.memoryUsageMb ?? null, heartbeat: summary?.heartbeat ?? null }),
};

async function* summarized(machines: AsyncIterable<VirtualMachine>, call: CallOptions): AsyncGenerator<Listed, void, undefined> {
  for await (const machine of machines) yield { machine, summary: await summaryOf(machine, call) };
}

async function summaryOf(machine: VirtualMachine, call: CallOptions): Promise<MachineSummary | null> {
  try {
    return await machine.summary(call);
  } catch (error) {
    if (error instanceof FaultError || error instanceof ReturnValueError) return null;
    throw error;
  }
}
