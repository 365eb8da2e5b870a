// The greatest resident size of this process in a stretch of time.
import { readFileSync, writeFileSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';

/** Begins; `stop()` tells the peak in bytes. */
export function startPeak() {
  try {
    // The peak that Linux keeps begins anew (proc(5), clear_refs).
    writeFileSync('/proc/self/clear_refs', '5');
    return { stop: () => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024 };
  } catch {
    return sampled();
  }
}

/** Where there is no such file, or it may not be written. */
function sampled() {
  let most = process.memoryUsage.rss();
  const look = () => (most = Math.max(most, process.memoryUsage.rss()));
  const timer = setInterval(look, 5);
  return {
    stop() {
      clearInterval(timer);
      return look();
    },
  };
}
