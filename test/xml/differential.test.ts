import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runs } from '../fuzz/runs.js';
import { accepted, refused } from './conformance.js';
import { compare } from './oracles/compare.js';
import { documentOf } from './oracles/documents.js';
import { Random } from './oracles/random.js';
import { DIFFERENCES } from './oracles/saxes-differences.js';

const FIXTURES = new URL('../../fixtures/', import.meta.url);
const fixtures = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.xml'));

describe('our reader makes the same of a document as fast-xml-parser and saxes', () => {
  test.each(fixtures)('%s', (file) => {
    const document = readFileSync(new URL(file, FIXTURES));
    for (let seed = 0; seed < 10; seed++) expect(compare(document, new Random(seed))).toEqual({ isAccepted: true, disagreements: [], differences: [] });
  });

  test('every document of the conformance table', () => {
    const random = new Random(1);
    for (const [name, input] of accepted) expect([name, compare(input, random)]).toEqual([name, { isAccepted: true, disagreements: [], differences: [] }]);
    for (const [name, input] of refused) expect([name, compare(input, random)]).toMatchObject([name, { isAccepted: false, disagreements: [] }]);
  });

  // An agreement here means that the difference is none any more, and has to leave the list.
  test.each(DIFFERENCES)('but for $name', ({ name, example, weRefuse }) => {
    expect(compare(example, new Random(1))).toEqual({ isAccepted: !weRefuse, disagreements: [], differences: [name] });
  });

  test('generated documents, whole, faulty and mutated', { timeout: 0 }, async () => {
    const { numRuns, seed } = runs(10_000);
    const counts = new Map<string, { accepted: number; refused: number }>();
    const failures: string[] = [];
    for (let run = 0; run < numRuns && failures.length < 10; run++) {
      // The test runner takes a worker that is silent for a minute for dead.
      if (run % 10_000 === 0) await new Promise(setImmediate);
      const random = new Random(seed + run);
      const { input, kind, isValid } = documentOf(random);
      const { isAccepted, disagreements } = compare(input, random);
      failures.push(...disagreements.map((disagreement) => `seed ${seed + run}, ${kind}: ${disagreement}`));
      if (isValid && !isAccepted) failures.push(`seed ${seed + run}, ${kind}: refused`);
      const count = counts.get(kind) ?? { accepted: 0, refused: 0 };
      counts.set(kind, count);
      count[isAccepted ? 'accepted' : 'refused']++;
    }
    expect(failures).toEqual([]);
    expect(counts.size).toBe(24);
    for (const [kind, count] of counts) {
      const share = count.accepted / (count.accepted + count.refused);
      if (kind.includes('valid')) continue;
      expect(share, kind).toBeGreaterThan(0.05);
      expect(share, kind).toBeLessThan(0.7);
    }
  });
});
