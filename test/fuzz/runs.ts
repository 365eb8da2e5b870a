/**
 * How often a property is tried and from which seed: a fixed slice in `npm test`, more with
 * `npm run test:long -- --scale 100 --seed 7`, which sets FUZZ_SCALE and FUZZ_SEED.
 */
export function runs(count: number): { numRuns: number; seed: number } {
  return { numRuns: count * Number(process.env.FUZZ_SCALE ?? 1), seed: Number(process.env.FUZZ_SEED ?? 20_261_122) };
}
