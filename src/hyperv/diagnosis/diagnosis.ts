import { FaultError, type MsvmError, ReturnValueError } from '../../errors.js';
import { findGuid } from '../guid.js';
import type { CatalogueEntry, Layer, Retry } from './entry.js';
import { formatCode, win32Of } from './hresult.js';
import { type DiagnosisStep, nameOf, specificity, stepsOfErrors, stepsOfFault, stepsOfReturnValue, stepsOfText } from './steps.js';

export type { DiagnosisStep } from './steps.js';

/** A failure, explained. Plain data. */
export type Diagnosis = {
  /** One sentence for people. */
  readonly summary: string;
  /** Everything that was found, from the symptom to the cause. */
  readonly chain: readonly DiagnosisStep[];
  /** The most specific step; `null` when there are only general ones, which say that it failed and not why. */
  readonly cause: DiagnosisStep | null;
  readonly layer: Layer;
  /** Whether trying again can help; `null` when nothing is known. */
  readonly retry: Retry | null;
  /**
   * `false`: the migration has certainly not begun; `true`: it had begun; `null`: not known. `false` is said only when every
   * error code that was found and is not general says so.
   */
  readonly begun: boolean | null;
  /** What to do, the most likely first. */
  readonly advice: readonly string[];
  /** The machine that the errors of a job name in their arguments; always `null` for text, a fault and a return value. */
  readonly machine: { readonly name: string; readonly id: string } | null;
  /** The host that event 21024 names in its arguments; always `null` for text, a fault and a return value. */
  readonly sourceHost: string | null;
  /** As it was passed in the options. */
  readonly destinationHost: string | null;
};

/** What is known beside the errors. */
export type DiagnoseOptions = {
  /** Where the machine was to go, `DestinationHost` of the job: no message has it in a place of its own. */
  readonly destinationHost?: string;
};

/**
 * Explains a failure: the chain from the symptom to the cause, where the cause lies, whether trying again can help, and
 * what to do. Only numbers decide: the ids of messages, and the codes in their texts and arguments; so the language of the
 * host does not matter.
 *
 * The cause is the most specific step. Codes and events of the catalogue that say why come first; then what the catalogue does
 * not know, the host's words among it; general codes (event 21024, E_FAIL, 32768) are never the cause. Among equals the last
 * one is it: Hyper-V sends the specific errors after the general ones.
 *
 * @param failure - the errors of a job in their order, a fault, a return value, or text with one message a line. Text
 *   yields neither machine nor source host: they stand in the arguments of an error, and a line has no arguments
 *
 * @example
 * ```ts
 * import { HyperVHost, diagnose } from 'hyperv-wsman';
 * const host = new HyperVHost({ url: 'http://hv01.example', auth: { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } });
 * const errors = await host.migrationJob('6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11').getErrorEx();
 * const { summary, layer, advice } = diagnose(errors);
 * console.log(summary, layer, advice);
 * await host.close();
 * ```
 */
export function diagnose(failure: readonly MsvmError[] | FaultError | ReturnValueError | string, options: DiagnoseOptions = {}): Diagnosis {
  const steps = stepsOf(failure);
  const cause = causeOf(steps);
  // Of steps that are all general the last one says the most.
  const decisive = cause ?? steps.at(-1) ?? null;
  const machine = Array.isArray(failure) ? machineOf(failure as readonly MsvmError[]) : null;
  const sourceHost = Array.isArray(failure) ? sourceHostOf(failure as readonly MsvmError[]) : null;
  return {
    summary: summarize(decisive, machine?.name ?? null),
    chain: cause === null ? steps : [...steps.filter((step) => step !== cause), cause],
    cause,
    layer: decisive?.layer ?? 'unknown',
    retry: decisive?.entry?.retry ?? null,
    begun: begunOf(steps),
    advice: decisive === null ? [] : adviceOf(decisive),
    machine,
    sourceHost,
    destinationHost: options.destinationHost ?? null,
  };
}

function stepsOf(failure: readonly MsvmError[] | FaultError | ReturnValueError | string): readonly DiagnosisStep[] {
  if (typeof failure === 'string') return stepsOfText(failure);
  if (failure instanceof FaultError) return stepsOfFault(failure);
  if (failure instanceof ReturnValueError) return stepsOfReturnValue(failure);
  return stepsOfErrors(failure);
}

/** The last of the most specific steps; `null` when all are general. */
function causeOf(steps: readonly DiagnosisStep[]): DiagnosisStep | null {
  return steps.findLast((step) => specificity(step) === 2) ?? steps.findLast((step) => specificity(step) === 1) ?? null;
}

/** Messages without an error code are words, and say nothing here. */
function begunOf(steps: readonly DiagnosisStep[]): boolean | null {
  if (steps.some(({ begun }) => begun === true)) return true;
  const telling = steps.filter(({ entry, kind }) => (entry === null ? kind === 'hresult' || kind === 'ntstatus' : !entry.generic));
  return telling.length > 0 && telling.every(({ begun }) => begun === false) ? false : null;
}

/** Hyper-V's messages of a machine have its name and its GUID as their first two arguments. */
function machineOf(errors: readonly MsvmError[]): Diagnosis['machine'] {
  for (const { MessageArguments } of errors) {
    const [name, second = ''] = MessageArguments ?? [];
    const id = findGuid(second);
    if (name !== undefined && id !== null) return { name, id };
  }
  return null;
}

/** The third argument of 21024. */
function sourceHostOf(errors: readonly MsvmError[]): string | null {
  return errors.find(({ MessageID }) => MessageID?.trim() === '21024')?.MessageArguments?.[2] ?? null;
}

function summarize(step: DiagnosisStep | null, machine: string | null): string {
  const subject = machine === null ? '' : `${machine}: `;
  if (step === null) return `${subject}nothing was found that could be looked up`;
  const said = (step.entry?.meaning ?? step.message ?? 'an error without a message').trim().replace(/\.$/, '');
  return `${subject}${said} (${nameOf(step)})`;
}

function adviceOf({ entry, code, kind, facility }: DiagnosisStep): CatalogueEntry['advice'] {
  if (entry !== null) return entry.advice;
  if (code === null || kind !== 'hresult') return ['Look into the log Hyper-V-VMMS-Admin of source and destination at that time.'];
  const win32 = win32Of(code);
  return [win32 === null ? `Look up ${formatCode(code)}${facility === null ? '' : ` of ${facility}`}.` : `\`net helpmsg ${win32}\` prints its text on Windows.`];
}
