import { expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { readRecording } from '../../src/testing/recording.js';

const EXCHANGE = { request: '<a/>', status: 500, contentType: 'text/html', response: '' };
const recording = (exchange: unknown): string => JSON.stringify({ version: 1, exchanges: [EXCHANGE, exchange] });

it('reads a recording, without what does not belong to it', () => {
  expect(readRecording(JSON.stringify({ version: 1, note: 'x', exchanges: [{ ...EXCHANGE, note: 'x' }] }))).toEqual({ version: 1, exchanges: [EXCHANGE] });
});

it.each<[problem: RegExp, text: string]>([
  [/no JSON/, '{'],
  [/no recording of version 1/, 'null'],
  [/no recording of version 1/, '{"version":2,"exchanges":[]}'],
  [/no recording of version 1/, '{"version":1}'],
  [/exchanges\[1\]\.request .* must be a string/, recording(null)],
  [/exchanges\[1\]\.status .* must be a number/, recording({ ...EXCHANGE, status: '200' })],
  [/exchanges\[1\]\.status .* 100, no HTTP status/, recording({ ...EXCHANGE, status: 100 })],
  [/exchanges\[1\]\.contentType .* characters/, recording({ ...EXCHANGE, contentType: 'a\r\nb: c' })],
  [/exchanges\[1\]\.response .* must be a string/, recording({ ...EXCHANGE, response: null })],
])('refuses what is none: %s', (problem, text) => {
  expect(() => readRecording(text)).toThrow(UsageError);
  expect(() => readRecording(text)).toThrow(problem);
});
