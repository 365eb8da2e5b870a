import { describe, expect, it } from 'vitest';
import { fromLatin1, utf8 } from '../../src/bytes.js';
import { LimitError } from '../../src/errors.js';
import { readBody } from '../../src/transport/read-body.js';
import { target } from './support.js';

async function* chunks(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(utf8(text));
}

const read = async (texts: readonly string[], maxResponseBytes = 10): Promise<string> =>
  fromLatin1(await readBody(chunks(texts), target('http://hv01:5985/wsman', {}, { maxResponseBytes })));

describe('readBody', () => {
  it.each([
    ['no chunk', [], ''],
    ['an empty one', [''], ''],
    ['one', ['abc'], 'abc'],
    ['several', ['a', 'bc', '', 'def', 'g', 'hi'], 'abcdefghi'],
    ['as much as is allowed', ['abcde', 'fghij'], 'abcdefghij'],
  ])('reads %s', async (_name, texts, expected) => {
    expect(await read(texts)).toBe(expected);
  });

  it('stops reading at the limit', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield await Promise.resolve(new Uint8Array((read += 1) && 4));
    }
    await expect(readBody(endless(), target('http://hv01:5985/wsman', {}, { maxResponseBytes: 10 }))).rejects.toThrow(LimitError);
    expect(read).toBe(3);
  });

  it('joins chunks of one byte without end', async () => {
    expect(await read(Array.from({ length: 200_000 }, () => 'x'), 200_000)).toBe('x'.repeat(200_000));
  });
});
