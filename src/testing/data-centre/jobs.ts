/** Jobs that end by themselves after a moment. */
import { CimDateTime } from '../../cim/datetime.js';
import { instancePath } from '../../cim/object-path.js';
import type { MethodAnswer } from '../methods.js';
import { WmiError } from '../repository/wmi-error.js';
import type { SimulatedHost } from '../simulated-host.js';

/** How long a change of state or of settings takes unless told, in milliseconds. */
export const DEFAULT_CHANGE_MS = 50;

/** How what takes time is done. */
export type JobOptions = {
  /** How long it takes, in milliseconds. Default 50. */
  readonly changeMs?: number;
  /** How long a job stays on the host after its end, in milliseconds. Default 300,000, as on Windows. */
  readonly jobLifetimeMs?: number;
  /** When it has aborted, nothing more happens. */
  readonly signal: AbortSignal;
};

/**
 * Puts a running Msvm_ConcreteJob on a host, which is completed after a while and removed some time after that. A job that
 * is gone by then, after a reboot, stays away; what it was for is done all the same.
 *
 * @param caption - what it does
 * @param work - what is true when it has ended
 * @returns what the method answers that has started it: 4096 and the Job
 */
export function concreteJob(host: SimulatedHost, caption: string, work: () => void, { changeMs = DEFAULT_CHANGE_MS, jobLifetimeMs = 300_000, signal }: JobOptions): MethodAnswer {
  const properties = { Cancellable: false, Caption: caption, Description: caption, ElementName: caption, JobType: 0, Name: caption, PercentComplete: 0 };
  const { className, keys } = host.addJob({ className: 'Msvm_ConcreteJob', JobState: 4, properties });
  const path = instancePath(className, keys);
  const completed = { JobState: 7, JobStatus: 'Completed', OperationalStatus: [17, 2], PercentComplete: 100, StatusDescriptions: ['Completed', 'OK'] };
  later(changeMs, signal, () => {
    work();
    ifThere(() => host.update(path, { ...completed, TimeOfLastStateChange: CimDateTime.fromDate(new Date()) }));
    later(jobLifetimeMs, signal, () => ifThere(() => host.remove(path)));
  });
  return { returnValue: 4096, out: { Job: path } };
}

/** Does something after a while, unless the signal has aborted by then; the process does not wait for it. */
export function later(ms: number, signal: AbortSignal, work: () => void): void {
  setTimeout(() => {
    if (!signal.aborted) work();
  }, ms).unref();
}

/** Does something with an instance, which may be gone. */
export function ifThere(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof WmiError && error.statusName === 'notFound')) throw error;
  }
}
