import type { Diagnosis, DiagnosisStep } from '../hyperv/diagnosis/diagnosis.js';
import type { CatalogueEntry, Retry } from '../hyperv/diagnosis/entry.js';
import { formatCode } from '../hyperv/diagnosis/hresult.js';
import { nameOf } from '../hyperv/diagnosis/steps.js';
import { oneLine } from './output.js';

type Line = readonly [name: string, value: string | null];

/** As many steps as leave room for the advice on one screen. */
const MAX_STEPS = 10;

const RETRY: Readonly<Record<Retry, string>> = {
  no: 'does not help',
  later: 'can help, without doing anything',
  afterFix: 'helps when the cause is mended',
};

/** An entry of the catalogue for people. */
export function formatEntry(entry: CatalogueEntry): string {
  const { code, kind, name, facility, layer, retry, begun, meaning, advice, source } = entry;
  const number = kind === 'hresult' || kind === 'ntstatus' ? formatCode(code) : String(code);
  return [
    `${name} (${kind === 'returnValue' ? 'return value' : kind} ${number}${facility === null ? '' : `, ${facility}`})`,
    meaning,
    ...aligned([...verdict(layer, retry, begun), ['source', source]]),
    ...numbered(advice),
  ].join('\n');
}

/** A diagnosis for people: one sentence, where it lies, how it was found, what to do. */
export function formatDiagnosis(diagnosis: Diagnosis): string {
  const { summary, chain, layer, retry, begun, advice, machine, sourceHost, destinationHost } = diagnosis;
  const shown = chain.length > MAX_STEPS ? [...chain.slice(0, MAX_STEPS - 1), ...chain.slice(-1)] : chain;
  const hidden = chain.length - shown.length;
  const steps = shown.map((step, index): Line => [index === 0 ? 'found' : '', formatStep(step)]);
  if (hidden > 0) steps.splice(-1, 0, ['', `and ${hidden} more`]);
  return [
    oneLine(summary),
    ...aligned([
      ...verdict(layer, retry, begun),
      ['machine', machine === null ? null : `${machine.name} (${machine.id})`],
      ['source host', sourceHost],
      ['destination', destinationHost],
      ...steps,
    ]),
    ...numbered(advice),
  ].join('\n');
}

/** Several diagnoses for people: each in one sentence, with where it lies and the first thing to do. */
export function formatDiagnoses(diagnoses: readonly Diagnosis[]): string {
  const [only, ...more] = diagnoses;
  if (only !== undefined && more.length === 0) return formatDiagnosis(only);
  return diagnoses.map(({ summary, layer, advice }) => [oneLine(summary), ...aligned([['layer', layer]]), ...numbered(advice.slice(0, 1))].join('\n')).join('\n\n');
}

function verdict(layer: string, retry: Retry | null, begun: boolean | null): readonly Line[] {
  return [
    ['layer', layer],
    ['trying again', retry === null ? null : RETRY[retry]],
    ['migration', begun === null ? null : begun ? 'had begun' : 'has not begun'],
  ];
}

function formatStep(step: DiagnosisStep): string {
  const { kind, name, facility, message } = step;
  if (step.code === null) return message ?? 'an error without a message';
  const place = facility === null ? '' : ` (${facility})`;
  return `${nameOf(step)}${place}${kind === 'event' && name !== null ? `: ${name}` : ''}`;
}

function aligned(lines: readonly Line[]): readonly string[] {
  const width = 'trying again'.length;
  return lines.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(width)}  ${oneLine(value)}`]));
}

function numbered(advice: readonly string[]): readonly string[] {
  return advice.map((text, index) => `  ${index + 1}. ${text}`);
}
