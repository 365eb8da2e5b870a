import { Command } from 'commander';
import { ANSWERED } from '../exit-status.js';
import { readText } from '../input.js';
import type { Io } from '../io.js';
import { writeJson, writeLine } from '../output.js';

/** Nothing is known of what was given. */
const NOT_KNOWN = 1;

type Options = { readonly json?: true };

/**
 * `explain`: what a code means, or why something failed.
 *
 * @param finish - is told the exit status
 */
export function explainCommand(io: Io, finish: (status: number) => void): Command {
  return new Command('explain')
    .description('tell what a code means, or why something failed and what to do')
    .argument('<what>', 'a code (0x8009030E, -2146893042, 21024), or a file with errors; - is standard input')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nA file holds CIM-XML of Msvm_Errors, a whole SOAP message, or text with one message a line, in any language.\nThe exit status is 1 when nothing is known of it.\nA negative number stands after --: explain -- -2146893042')
    .action(async (what: string, options: Options) => finish(await explain(io, what, options)));
}

async function explain(io: Io, what: string, options: Options): Promise<number> {
  const { lookUp, parseCode } = await import('../../hyperv/diagnosis/catalogue.js');
  const code = parseCode(what);
  if (code === null) return explainFile(io, what, options);
  const [entries, { formatEntry }] = [lookUp(code), await import('../diagnosis-output.js')];
  if (options.json === true) await writeJson(io.stdout, { code: what, entries });
  else if (entries.length > 0) await writeLine(io.stdout, entries.map(formatEntry).join('\n\n'));
  else await writeLine(io.stderr, `hyperv-wsman: nothing is known of ${what}`);
  return entries.length > 0 ? ANSWERED : NOT_KNOWN;
}

async function explainFile(io: Io, file: string, options: Options): Promise<number> {
  const [text, { readFailures }, { diagnose }, { formatDiagnoses }] = await Promise.all([
    readText(io, file),
    import('../decode/failure.js'),
    import('../../hyperv/diagnosis/diagnosis.js'),
    import('../diagnosis-output.js'),
  ]);
  const all = readFailures(text).map((failure) => diagnose(failure));
  const known = all.filter(({ chain }) => chain.some(({ entry }) => entry !== null));
  if (options.json === true) await writeJson(io.stdout, { diagnoses: known });
  else if (known.length > 0) await writeLine(io.stdout, formatDiagnoses(known));
  else await writeLine(io.stderr, `hyperv-wsman: nothing is known of what stands in ${file === '-' ? 'standard input' : file}`);
  return known.length > 0 ? ANSWERED : NOT_KNOWN;
}
