import { onSignal } from '../signals.js';
import type { Io } from './io.js';
import { inOptionNames } from './option-names.js';
import { printable } from './output.js';

/**
 * Prints on standard error, once each, what a logon has to say: a clock that is wrong, a fallback to NTLM.
 *
 * @returns ends it
 */
export function tellNotes(io: Io): () => void {
  const told = new Set<string>();
  return onSignal('hyperv-wsman:handshake', ({ host, notes }) => {
    for (const note of notes) {
      const line = `hyperv-wsman: ${printable(`${host}: ${inOptionNames(note)}`)}\n`;
      if (!told.has(line)) io.stderr.write(line);
      told.add(line);
    }
  });
}
