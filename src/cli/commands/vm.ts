import { Command, Option } from 'commander';
import type { CimValue } from '../../cim/types.js';
import { FaultError } from '../../errors.js';
import type { Job } from '../../hyperv/job.js';
import type { VirtualMachine } from '../../hyperv/machines/virtual-machine.js';
import type { ConnectionOptions } from '../connection-options.js';
import { ANSWERED, outcomeStatus } from '../exit-status.js';
import { writeOutcome } from '../follow.js';
import type { Io } from '../io.js';
import { formatJson, oneLine, writeLine } from '../output.js';
import { type OutputOptions, addOutputOptions, formatRecord, isForPeople } from '../records.js';
import { addHostOptions, withHosts } from '../with-host.js';

type Change = 'start' | 'stop' | 'turnOff' | 'save';
type Options = ConnectionOptions & OutputOptions & Readonly<Partial<Record<Change, true>>>;

const CHANGES: readonly Change[] = ['start', 'stop', 'turnOff', 'save'];

/**
 * `vm`: shows a virtual machine, or changes its state first.
 *
 * @param finish - is told the exit status
 */
export function vmCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('vm')
    .description('show a virtual machine, or start, stop or save it')
    .argument('<vm>', 'its name or its GUID')
    .addOption(new Option('--start', 'start it, or wake it where it is saved or paused').conflicts(['stop', 'turnOff', 'save']))
    .addOption(new Option('--stop', 'ask its operating system to shut down').conflicts(['turnOff', 'save']))
    .addOption(new Option('--turn-off', 'turn it off at once: what was not written is lost').conflicts('save'))
    .option('--save', 'save its memory to disk, and stop it');
  return addOutputOptions(addHostOptions(command)).action(async (name: string, options: Options) => finish(await vm(io, name, options)));
}

function vm(io: Io, name: string, options: Options): Promise<number> {
  const call = { signal: io.signal };
  return withHosts(io, options, [], async (host) => {
    const machine = await host.virtualMachine(name, call);
    const change = CHANGES.find((one) => options[one] === true);
    if (change !== undefined) {
      const job = await request(machine, change);
      const outcome = await job?.wait(call);
      if (outcome !== undefined && outcome.kind !== 'succeeded') {
        await writeOutcome(io, outcome, options);
        return outcomeStatus(outcome);
      }
    }
    await writeMachine(io, change === undefined ? machine : await host.virtualMachine(machine.id, call), options);
    return ANSWERED;
  });
}

/** Without the signal: whoever interrupts is to know whether it was asked for. */
function request(machine: VirtualMachine, change: Change): Promise<Job | null> {
  return change === 'turnOff' ? machine.stop({ how: 'turnOff' }) : machine[change]();
}

async function writeMachine(io: Io, machine: VirtualMachine, options: OutputOptions): Promise<void> {
  const call = { signal: io.signal };
  const [summary, guest, cluster] = [await machine.summary(call), await machine.guest(call), await clusterOf(io, machine)];
  const record = {
    name: machine.name,
    id: machine.id,
    host: machine.host,
    state: machine.state,
    heartbeat: summary.heartbeat,
    memoryMb: summary.memoryUsageMb,
    processors: summary.processors,
    processorLoadPercent: summary.processorLoadPercent,
    upTimeSeconds: summary.upTimeMs === null ? null : Math.floor(summary.upTimeMs / 1000),
    hostName: guest?.hostName ?? null,
    operatingSystem: summary.guestOperatingSystem ?? guest?.osName ?? null,
    addresses: guest?.addresses ?? [],
    clusterGroup: cluster?.group ?? cluster?.resource ?? null,
    clusterNode: cluster?.ownerNode ?? null,
    notes: summary.notes,
  };
  await writeLine(io.stdout, isForPeople(io, options) ? formatRecord(withoutEmpty(record), () => null) : formatJson(record));
}

/** For people: what has nothing in it takes no line. */
function withoutEmpty(record: Readonly<Record<string, CimValue>>): Readonly<Record<string, CimValue>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)));
}

/** A cluster that does not answer does not hide the rest. */
async function clusterOf(io: Io, machine: VirtualMachine): Promise<Awaited<ReturnType<VirtualMachine['cluster']>>> {
  try {
    return await machine.cluster({ signal: io.signal });
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    await writeLine(io.stderr, `Whether it belongs to a cluster could not be read: ${oneLine(error.message)}`);
    return null;
  }
}
