import { type Signals, publish } from '../../signals.js';
import type { MigrationIntent } from './intent.js';

/** Tells whoever listens that a migration enters a phase. */
export function publishPhase({ host, machine, to }: MigrationIntent, phase: Signals['hyperv-wsman:migration']['phase'], instanceId: string | null = null): void {
  publish('hyperv-wsman:migration', () => ({ host, machine: machine.id, to, phase, instanceId }));
}
