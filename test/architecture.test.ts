import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = new URL('../src/', import.meta.url).pathname;

/** What stands lower may not import what stands higher; folders of one rank may not import each other. */
const RANKS: Readonly<Record<string, number>> = {
  'errors.ts': 0,
  'bytes.ts': 0,
  'signals.ts': 0,
  xml: 1,
  cim: 2,
  schema: 3,
  soap: 3,
  wsman: 4,
  auth: 5,
  transport: 6,
  client: 7,
  hyperv: 8,
  testing: 9,
  cli: 10,
  'index.ts': 11,
};

/** Packages by the one place that may import them. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  axios: /^transport\/axios-connection\.ts$/,
  undici: /^transport\/undici-connection\.ts$/,
  commander: /^cli\//,
};

const PURE = ['xml', 'cim', 'schema', 'soap', 'wsman', 'auth'];
const IO_MODULES = /^node:(net|tls|http|https|http2|dgram|dns|fs|child_process|worker_threads|timers|os|process|readline)/;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const textOf = (file: string): string => readFileSync(join(SRC, file), 'utf8');
const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:^|\n)(?:import|export)\b[^;'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g)].map(
    (match) => (match[1] ?? match[2] ?? match[3])!,
  );
const placeOf = (file: string): string => file.split('/')[0]!;

describe('the source tree', () => {
  it('has a rank for every place', () => {
    expect([...new Set(files.map(placeOf))].filter((place) => RANKS[place] === undefined)).toEqual([]);
  });

  it('imports only downwards', () => {
    const wrong = files.flatMap((file) =>
      importsOf(textOf(file))
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => relative(SRC, normalize(join(SRC, dirname(file), specifier))).replace(/\.js$/, '.ts'))
        .filter((target) => placeOf(target) !== placeOf(file) && RANKS[placeOf(target)]! >= RANKS[placeOf(file)]!)
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps every package in its one place', () => {
    const wrong = files.flatMap((file) =>
      importsOf(textOf(file))
        .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .filter((specifier) => PACKAGES[specifier]?.test(file) !== true)
        .map((specifier) => `${file} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no input, output, clock or randomness in the codecs', () => {
    const wrong = files
      .filter((file) => PURE.includes(placeOf(file)))
      .filter((file) => {
        const text = textOf(file);
        const impure = /\b(Date\.now|new Date\(\)|performance\.now|Math\.random|randomBytes|randomUUID|setTimeout|setInterval|fetch)\b/.test(
          text.replace(/\/\*\*[\s\S]*?\*\//g, ''),
        );
        return impure || importsOf(text).some((specifier) => IO_MODULES.test(specifier));
      });
    expect(wrong).toEqual([]);
  });

  it('has files that can be read at one sitting', () => {
    const lines = files.filter((file) => !file.includes('generated/')).map((file) => [file, textOf(file).split('\n').length] as const);
    expect(lines.filter(([, count]) => count > 500)).toEqual([]);
    const sorted = lines.map(([, count]) => count).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(120);
  });

  it('lets no error of axios, with its Authorization header, out of its file', () => {
    expect(files.filter((file) => textOf(file).includes('AxiosError'))).toEqual(['transport/axios-connection.ts']);
  });
});
