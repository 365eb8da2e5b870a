import { describe, expect, it } from 'vitest';
import { fromLatin1, utf8 } from '../../src/bytes.js';
import { LimitError } from '../../src/errors.js';
import { ResponseBody } from '../../src/transport/response-body.js';
import { target } from './support.js';

const bodyOf = (maxResponseBytes = 10, contentLength?: string): ResponseBody => new ResponseBody(target('http://hv01:5985/wsman', {}, { maxResponseBytes }), contentLength);

const read = (texts: readonly string[], maxResponseBytes?: number, contentLength?: string): string => {
  const body = bodyOf(maxResponseBytes, contentLength);
  for (const text of texts) body.add(utf8(text));
  return fromLatin1(body.bytes);
};

describe('ResponseBody', () => {
  it.each([
    ['no chunk', [], ''],
    ['an empty one', [''], ''],
    ['one', ['abc'], 'abc'],
    ['several', ['a', 'bc', '', 'def', 'g', 'hi'], 'abcdefghi'],
    ['an empty one first', ['', 'abc', 'de'], 'abcde'],
    ['as much as is allowed', ['abcde', 'fghij'], 'abcdefghij'],
  ])('gathers %s', (_name, texts, expected) => {
    for (const told of [undefined, String(expected.length), '3', '999999999999', 'x']) expect(read(texts, 10, told)).toBe(expected);
  });

  it('refuses what is over the limit', () => {
    const body = bodyOf(10);
    body.add(new Uint8Array(4));
    body.add(new Uint8Array(4));
    expect(() => body.add(new Uint8Array(4))).toThrow(LimitError);
    expect(() => bodyOf(10).add(new Uint8Array(11))).toThrow(LimitError);
  });

  it('joins chunks of one byte without end', () => {
    expect(read(Array.from({ length: 200_000 }, () => 'x'), 200_000)).toBe('x'.repeat(200_000));
  });

  it('does not copy a body that comes in one chunk, and gives no Buffer', () => {
    const chunk = Buffer.from('--abc--').subarray(2, 5);
    const body = bodyOf();
    body.add(chunk);
    expect(body.bytes).toEqual(utf8('abc'));
    expect(body.bytes.buffer).toBe(chunk.buffer);
    expect(Buffer.isBuffer(body.bytes)).toBe(false);
  });

  it('writes to no memory but its own', () => {
    const first = new Uint8Array(64).fill(1);
    const body = bodyOf(1000, '12');
    body.add(first.subarray(0, 4));
    body.add(new Uint8Array(8).fill(2));
    expect(first).toEqual(new Uint8Array(64).fill(1));
    expect(body.bytes).toEqual(Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2));
  });

  it.each([
    ['once, exactly, when the length is told', '5000', 1000, 4, 5000],
    ['no further than sixteen times what has come, whatever is told', '999999999', 1000, 1, 16_000],
    ['by doubling when it is not', undefined, 1000, 4, 8000],
  ])('makes room %s', (_name, told, size, more, room) => {
    const body = bodyOf(1_000_000, told);
    const memory = new Set<ArrayBufferLike>();
    for (let chunk = 0; chunk < 1 + more; chunk++) {
      body.add(new Uint8Array(size));
      if (chunk > 0) memory.add(body.bytes.buffer);
    }
    expect([...memory].at(-1)!.byteLength).toBe(room);
    expect(memory.size).toBe(told === undefined ? 3 : 1);
  });
});
