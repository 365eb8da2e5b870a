/** The documentation says what is so: its code compiles, its links lead somewhere, its tables are complete. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { exitStatus } from '../src/cli/exit-status.js';
import * as errors from '../src/errors.js';
import { FakeIo } from './cli/fake-io.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const filesUnder = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));

const PAGES = ['README.md', 'CHANGELOG.md', 'fixtures/README.md', 'examples/README.md', ...filesUnder('docs').filter((file) => file.endsWith('.md') && !file.startsWith('docs/api/'))];

/** `folder` is where its module stands, for relative imports; `extension` is that of its language, TypeScript unless told. */
type Snippet = { readonly place: string; readonly folder: string; readonly code: string; readonly extension?: 'mts' | 'mjs' };

function blocksOf(page: string): Snippet[] {
  const text = textOf(page);
  return [...text.matchAll(/^```(?:ts|js)\n(.*?)^```$/gms)].map((match) => ({ place: `${page}:${lineAt(text, match.index)}`, folder: '', code: match[1]! }));
}

function examplesOf(file: string): Snippet[] {
  const text = textOf(file);
  return [...text.matchAll(/^ *\* @example\n *\* ```ts\n(.*?)^ *\* ```$/gms)].map((match) => ({
    place: `${file}:${lineAt(text, match.index)}`,
    folder: dirname(file),
    code: match[1]!.replace(/^ *\* ?/gm, ''),
  }));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Type-checks every snippet as a module of its own, in one program, with the package's names mapped to its source. */
function diagnosticsOf(snippets: readonly Snippet[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const paths = { 'hyperv-wsman': [join(ROOT, 'src/index.ts')], 'hyperv-wsman/testing': [join(ROOT, 'src/testing/index.ts')] };
  const settings: ts.CompilerOptions = { ...options, allowJs: true, checkJs: true, paths, moduleDetection: ts.ModuleDetectionKind.Force, noUnusedLocals: false };
  const modules = new Map(snippets.map(({ folder, code, extension = 'mts' }, index) => [join(ROOT, folder, `snippet-${index}.${extension}`), code]));
  const disk = ts.createCompilerHost(settings);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => modules.has(file) || disk.fileExists(file),
    readFile: (file) => modules.get(file) ?? disk.readFile(file),
    getSourceFile: (file, version, ...rest) => {
      const code = modules.get(file);
      return code === undefined ? disk.getSourceFile(file, version, ...rest) : ts.createSourceFile(file, code, version);
    },
  };
  const program = ts.createProgram([...modules.keys()], settings, host);
  return [...modules.keys()].flatMap((file, index) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${snippets[index]!.place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

describe('code', () => {
  const pages = PAGES.flatMap(blocksOf);
  const examples = filesUnder('examples').filter((file) => file.endsWith('.js')).map((file) => ({ place: file, folder: dirname(file), code: textOf(file), extension: 'mjs' as const }));
  const docstrings = filesUnder('src').flatMap(examplesOf);

  it('is found', () => {
    expect(pages.length).toBeGreaterThanOrEqual(8);
    expect(examples.length).toBeGreaterThanOrEqual(2);
    expect(docstrings.length).toBeGreaterThanOrEqual(8);
  });

  it('compiles: the blocks of every page, the examples, and the @example of every docstring', () => {
    expect(diagnosticsOf([...pages, ...examples, ...docstrings])).toEqual([]);
  });

  it('is checked: what the package does not export, and a wrong type, are found', () => {
    const wrong = [
      { place: 'a', folder: '', code: "import { nothing } from 'hyperv-wsman';" },
      { place: 'b', folder: '', code: "import { HyperVHost } from 'hyperv-wsman';\nnew HyperVHost({ url: 5985 });" },
    ];
    expect(diagnosticsOf(wrong).map((line) => line[0])).toEqual(['a', 'b']);
  });
});

describe('pages', () => {
  it('link to files that exist', () => {
    const dead = PAGES.flatMap((page) =>
      [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
        .map((match) => match[1]!)
        .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it('use options of the command line that it has', async () => {
    const uses = PAGES.flatMap((page) => [...textOf(page).matchAll(/^(?:.*\| )?(?:npx )?hyperv-wsman ([a-z-]+)(.*(?:\\\n.*)*)$/gm)]);
    expect(uses.length).toBeGreaterThanOrEqual(5);
    for (const [line, command = '', rest = ''] of uses) {
      const { stdout } = await new FakeIo().run(command, '--help');
      for (const [option] of rest.matchAll(/--[a-z][a-z0-9-]*/g)) expect(stdout.split(/[\s,]+/), line).toContain(option);
    }
  });
});

const FAULT: errors.FaultData = {
  status: 500, soapCode: 'Sender', subcode: null, reason: '', lang: null, faultDetail: null, wsman: null, provider: null, wmi: null, hresult: null,
  machine: null, messages: [],
};
const ERRORS: Readonly<Record<errors.ErrorCode, errors.AnyError>> = {
  USAGE: new errors.UsageError(''),
  PROTOCOL: new errors.ProtocolError(''),
  LIMIT: new errors.LimitError(''),
  FAULT: new errors.FaultError('', FAULT),
  JOB_GONE: new errors.JobGoneError('', FAULT),
  ENUMERATION_EXPIRED: new errors.EnumerationExpiredError('', FAULT),
  RETURN_VALUE: new errors.ReturnValueError('GetError', 32768, 'Failed'),
  JOB_FAILED: new errors.JobError('', []),
  TRANSPORT: new errors.TransportError(''),
  TLS: new errors.TlsError(''),
  AUTH: new errors.AuthError(''),
  TIMEOUT: new errors.TimeoutError('', 1),
  OUTCOME_UNKNOWN: new errors.OutcomeUnknownError(''),
};

it('the README has one row for each error: its code, its class and the exit status of the command line', () => {
  const rows = [...textOf('README.md').matchAll(/^\| `([A-Z_]+)` \| `(\w+)` \|.*\| (\d+) \|$/gm)].map((match) => match.slice(1));
  expect(rows).toEqual(Object.entries(ERRORS).map(([code, error]) => [code, error.name, String(exitStatus(error))]));
});

it('fixtures/README.md lists every fixture, and none that is not there', () => {
  const listed = [...textOf('fixtures/README.md').matchAll(/^\| `([^`]+)` \|/gm)].map((match) => `fixtures/${match[1]!}`);
  expect(listed.sort()).toEqual(filesUnder('fixtures').filter((file) => file !== 'fixtures/README.md').sort());
});
