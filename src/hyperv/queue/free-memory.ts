import type { QueueHost } from './queue-host.js';

/**
 * The physical memory that a host has left, in megabytes: FreePhysicalMemory of Win32_OperatingSystem in root/cimv2, which is in kilobytes.
 *
 * @returns `null` when the host does not tell, or not to this user
 */
export async function freeMemoryMb(host: QueueHost): Promise<number | null> {
  try {
    for await (const system of host.client.enumerate('Win32_OperatingSystem', { namespace: 'root/cimv2' })) {
      const kilobytes = Number(system.FreePhysicalMemory ?? NaN);
      return Number.isFinite(kilobytes) ? Math.floor(kilobytes / 1024) : null;
    }
  } catch {
    // A plan can be made without it.
  }
  return null;
}
