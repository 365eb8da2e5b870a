import { UsageError } from '../../errors.js';
import { sameName } from '../repository/fold.js';
import type { MigrationFailure, ResolvedMachine } from './types.js';

/** Hyper-V's own return values; below them are those of CIM, which it does not return here. */
const LEAST_REJECTION = 32768;

/** The failures that are still to come, in the order they were asked for. */
export class FailureQueue {
  #waiting: MigrationFailure[] = [];

  /** @throws UsageError - a percentage, a code or a return value that cannot be */
  add(failure: MigrationFailure): void {
    const { atPercent = 50, code = 0, reject = LEAST_REJECTION } = failure;
    if (!(atPercent >= 0 && atPercent <= 100)) throw new UsageError(`failNext: atPercent is from 0 to 100, not ${atPercent}`);
    if (!Number.isInteger(code) || code < 0 || code > 0xffff_ffff) throw new UsageError(`failNext: code is an unsigned number of 32 bits, not ${code}`);
    if (!Number.isInteger(reject) || reject < LEAST_REJECTION || reject > 0xffff_ffff) throw new UsageError(`failNext: reject is a return value from 32768, not ${reject}`);
    this.#waiting.push(failure);
  }

  /** The first failure that is for a machine. It stays until it is used up. */
  next(machine: ResolvedMachine): MigrationFailure | null {
    return this.#waiting.find((waiting) => isFor(waiting, machine)) ?? null;
  }

  /** Takes a failure out: a migration fails by it. */
  useUp(failure: MigrationFailure | null): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== failure);
  }
}

function isFor({ machine }: MigrationFailure, { id, name }: ResolvedMachine): boolean {
  return machine === undefined || sameName(machine, name) || sameName(machine.replace(/[{}]/g, ''), id);
}
