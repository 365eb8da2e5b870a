import { ReturnValueError } from '../errors.js';
import { loadSchema } from '../schema/class-info.js';

/** ReturnValue of a method that goes on in a job. */
export const STARTED = 4096;

/**
 * Judges the ReturnValue of a method: 0 is done, 4096 goes on in a job.
 *
 * @param className - the class whose schema tells the names of the values
 * @throws ReturnValueError - any other
 */
export async function checkReturnValue(className: string, method: string, returnValue: number): Promise<void> {
  if (returnValue === 0 || returnValue === STARTED) return;
  const { classInfo } = await loadSchema();
  const names = classInfo(className)?.methods.get(method)?.returnValues ?? null;
  throw new ReturnValueError(method, returnValue, names?.name(returnValue) ?? null);
}
