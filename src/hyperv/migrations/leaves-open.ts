import { FaultError, OutcomeUnknownError, ProtocolError, ReturnValueError } from '../../errors.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import { isAccessDenied } from '../passing.js';

/**
 * Whether an answer to MigrateVirtualSystemToHost leaves open that the migration has begun: it was lost, it cannot be
 * read, or it is a refusal that may come after the beginning, such as "Timeout". Access is denied before anything is done.
 */
export function leavesOpen(error: unknown): boolean {
  if (error instanceof OutcomeUnknownError || error instanceof ProtocolError) return true;
  return (error instanceof FaultError || error instanceof ReturnValueError) && !isAccessDenied(error) && diagnose(error).begun !== false;
}
