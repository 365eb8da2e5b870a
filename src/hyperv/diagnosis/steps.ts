import type { FaultError, MsvmError, ReturnValueError } from '../../errors.js';
import { entryOf } from './catalogue.js';
import { type FoundCode, findCodes, findLoggedCodes } from './codes.js';
import type { CatalogueEntry, CodeKind, Layer } from './entry.js';
import { facilityOf, formatCode } from './hresult.js';

/** One thing that a failure says: a code, the id of a message, or a message with neither. */
export type DiagnosisStep = {
  /** The code as it was written; `null` for a message without any. */
  readonly written: string | null;
  /** As it is looked up: unsigned; a Win32 error as its HRESULT. */
  readonly code: number | null;
  readonly kind: CodeKind | null;
  /** Its symbolic name, when it is known. */
  readonly name: string | null;
  /** The facility, computed from the code when the catalogue does not know it. */
  readonly facility: string | null;
  readonly layer: Layer;
  /** See {@link CatalogueEntry}; for a return value, that of the method which returned it. */
  readonly begun: boolean | null;
  /** What the catalogue knows of it. */
  readonly entry: CatalogueEntry | null;
  /** The message it belongs to, in the host's words. */
  readonly message: string | null;
};

/** How far a step says why: 0 not at all, 1 by something the catalogue does not know, 2 by a code it knows. */
export function specificity({ entry }: DiagnosisStep): 0 | 1 | 2 {
  if (entry === null) return 1;
  return entry.generic ? 0 : 2;
}

/** For people: `SEC_E_NO_CREDENTIALS, 0x8009030E`. */
export function nameOf({ kind, code, name }: DiagnosisStep): string {
  if (code === null) return 'no code';
  const number = kind === 'event' ? `event ${code}` : kind === 'returnValue' ? `return value ${code}` : formatCode(code);
  return name === null || kind === 'event' ? number : `${name}, ${number}`;
}

/** The id of each error, then the codes in its texts; a code that several errors have stands where the last of them is. */
export function stepsOfErrors(errors: readonly MsvmError[]): readonly DiagnosisStep[] {
  return lastOfEach(errors.map(stepsOfError));
}

function stepsOfError(error: MsvmError): readonly DiagnosisStep[] {
  const { Message, MessageID, MessageArguments, ErrorSource, RecommendedActions, CIMStatusCodeDescription } = error;
  const texts = [Message, ...(MessageArguments ?? []), ErrorSource, ...(RecommendedActions ?? [])].filter((text) => text !== null);
  const steps = [
    ...idOf(MessageID),
    ...errorCodeOf(CIMStatusCodeDescription),
    ...texts.flatMap(findCodes),
  ].map((found) => toStep(found, Message));
  return steps.length === 0 ? [withoutCode(Message)] : steps;
}

/** The ReturnValue that is the ErrorCode of a job, where this package made an error of its description. */
function errorCodeOf(description: string | null): readonly FoundCode[] {
  const written = /^ErrorCode (\d{5})$/.exec(description ?? '')?.[1];
  const entry = written === undefined ? null : entryOf('returnValue', Number(written));
  return written === undefined || entry === null ? [] : [{ written, code: entry.code, kind: 'returnValue', entry }];
}

/** An id is the number of an event, also one that the catalogue does not have. */
function idOf(id: string | null): readonly FoundCode[] {
  const written = id?.trim() ?? '';
  if (!/^\d{1,5}$/.test(written)) return findCodes(written);
  const code = Number(written);
  return code === 0 ? [] : [{ written, code, kind: 'event', entry: entryOf('event', code) }];
}

/** The fault codes from the outside to the inside, then those in its texts. */
export function stepsOfFault(fault: FaultError): readonly DiagnosisStep[] {
  const message = fault.messages.at(-1) ?? fault.reason;
  const codes = [fault.wsman, fault.wmi, fault.hresult].filter((code) => code !== null).map((code) => formatCode(code >>> 0));
  const found = [...codes, fault.reason, ...fault.messages].flatMap(findCodes);
  return found.length === 0 ? [withoutCode(message)] : firstOfEach(found.map((one) => toStep(one, message)));
}

/** The schema of the method names its value; what the catalogue knows of the number counts where it means the same. */
export function stepsOfReturnValue({ returnValue, returnValueName, method, message }: ReturnValueError): readonly DiagnosisStep[] {
  const known = entryOf('returnValue', returnValue);
  const entry = known !== null && (returnValueName === null || sameMeaning(known.name, returnValueName)) ? known : null;
  const step = toStep({ written: String(returnValue), code: returnValue, kind: 'returnValue', entry }, message);
  return [{ ...step, name: returnValueName ?? step.name, begun: method === 'MigrateVirtualSystemToHost' ? (entry?.begun ?? null) : null }];
}

/** `System is in used` is `System is in use`, `Unknown` is `Status is unknown`; `Object Exists` is neither. */
function sameMeaning(name: string, other: string): boolean {
  const [longer, shorter] = [name.toLowerCase(), other.toLowerCase()].sort((a, b) => b.length - a.length);
  return longer!.includes(shorter!);
}

/** Each line is a message; lines without a code are left out. */
export function stepsOfText(text: string): readonly DiagnosisStep[] {
  return lastOfEach(text.split(/\r\n?|\n/).map(stepsOfLine));
}

function stepsOfLine(line: string): readonly DiagnosisStep[] {
  const message = line.trim();
  return findLoggedCodes(message).map((found) => toStep(found, message));
}

function toStep({ written, code, kind, entry }: FoundCode, message: string | null): DiagnosisStep {
  const facility = entry === null ? facilityOf(kind, code) : entry.facility;
  const begun = kind === 'returnValue' ? null : (entry?.begun ?? null);
  return { written, code, kind, name: entry?.name ?? null, facility, layer: entry?.layer ?? 'unknown', begun, entry, message };
}

function withoutCode(message: string | null): DiagnosisStep {
  return { written: null, code: null, kind: null, name: null, facility: null, layer: 'unknown', begun: null, entry: null, message };
}

/** Inside a message the later ones repeat: its arguments say again what its text says. */
function firstOfEach(steps: readonly DiagnosisStep[]): readonly DiagnosisStep[] {
  const seen = new Set<string>();
  return steps.filter((step) => {
    const known = step.code !== null && seen.has(keyOf(step));
    seen.add(keyOf(step));
    return !known;
  });
}

/** Of several messages the last one that has a code is the one nearest to the cause. */
function lastOfEach(messages: readonly (readonly DiagnosisStep[])[]): readonly DiagnosisStep[] {
  const last = new Map(messages.flatMap((steps, index) => steps.map((step) => [keyOf(step), index] as const)));
  return messages.flatMap((steps, index) => firstOfEach(steps).filter((step) => step.code === null || last.get(keyOf(step)) === index));
}

function keyOf({ kind, code }: DiagnosisStep): string {
  return `${kind} ${code}`;
}
