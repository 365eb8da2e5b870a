import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { OutputError, oneLine, printable, writeJson, writeLine } from '../../src/cli/output.js';
import { written } from './fake-io.js';

function failing(code: string): Writable {
  const stream = new Writable({ write: (_chunk, _encoding, callback) => callback(Object.assign(new Error(code), { code })) });
  return stream.on('error', () => undefined);
}

describe('writeLine', () => {
  it('takes a reader that went away for one that has read enough, whatever is written after that', async () => {
    const stream = failing('EPIPE');
    await expect(writeLine(stream, 'text')).resolves.toBeUndefined();
    await expect(writeLine(stream, 'text')).resolves.toBeUndefined();
  });

  it('tells any other failure', async () => {
    const failure: unknown = await writeLine(failing('ENOSPC'), 'text').catch((caught: unknown) => caught);
    expect(failure).toBeInstanceOf(OutputError);
    expect((failure as OutputError).message).toBe('cannot write the output: ENOSPC');
  });
});

describe('writeJson', () => {
  it('writes one value and a line end', async () => {
    const stream = new PassThrough();
    await writeJson(stream, { a: [null, '1'] });
    expect(written(stream)).toBe('{\n  "a": [\n    null,\n    "1"\n  ]\n}\n');
  });

  it('escapes every control character, in names and values', async () => {
    const stream = new PassThrough();
    await writeJson(stream, { 'a\x9B': '\x1B[2J\x7F\x80\x85\x9F\xA0ü' });
    expect(written(stream)).toBe('{\n  "a\\u009b": "\\u001b[2J\\u007f\\u0080\\u0085\\u009f\xA0ü"\n}\n');
  });
});

describe('printable', () => {
  it.each([
    ['line ends', 'a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['an escape sequence', '\x1B[2Jgone', '\uFFFD[2Jgone'],
    ['its one-character form', '\x9B2Jgone', '\uFFFD2Jgone'],
    ['bell and delete', '\x07\x7F', '\uFFFD\uFFFD'],
    ['tabs and letters of any script', 'a\t移行 ü', 'a\t移行 ü'],
  ])('disarms a text for a terminal: %s', (_what, text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});

describe('oneLine', () => {
  it('joins lines and takes out superfluous space', () => {
    expect(oneLine('  first\r\n\r\n second \x1B')).toBe('first second \uFFFD');
  });
});
