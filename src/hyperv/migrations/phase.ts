import { type Signals, publish } from '../../signals.js';
import type { MigrationIntent } from './intent.js';

type Signal = Signals['hyperv-wsman:migration'];

/** Tells whoever listens that a migration enters a phase. */
export function publishPhase({ host, machine, to }: MigrationIntent, phase: Signal['phase'], { instanceId = null, finding = null }: Partial<Signal> = {}): void {
  publish('hyperv-wsman:migration', () => ({ host, machine: machine.id, to, phase, instanceId, finding }));
}
