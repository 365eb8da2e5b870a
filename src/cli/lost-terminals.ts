import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Closes the standard streams that were terminals when the program started and are none any more. When it exits, Node 20
 * gives a terminal back the mode it had, and aborts the process (SIGABRT instead of an exit status) when it cannot; it
 * leaves a closed one alone.
 *
 * @param standard - standard input, output and error, in this order
 */
export function closeLostTerminals(standard: readonly { readonly isTTY?: boolean }[], system: { isatty(fd: number): boolean; closeSync(fd: number): void } = { isatty, closeSync }): void {
  for (const [fd, { isTTY }] of standard.entries()) {
    if (isTTY === true && !system.isatty(fd)) system.closeSync(fd);
  }
}
