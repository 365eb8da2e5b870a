/** The package for programs that are run by Node, outside of the tests. */
import { mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Makes the package as it is published, built anew from the source: what is in dist/ may be older. Programs in its folder
 * import it by its name.
 *
 * @returns its folder, to be removed at the end
 */
export function makePackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-'));
  const source = join(ROOT, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  ts.createProgram(files.map((file) => join(source, file)), {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    rootDir: source,
    outDir: join(folder, 'dist'),
    // Types are left out, not checked: nothing else is looked at.
    noCheck: true,
    noResolve: true,
    noLib: true,
    types: [],
  }).emit();
  writeFileSync(join(folder, 'package.json'), readFileSync(join(ROOT, 'package.json')));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
