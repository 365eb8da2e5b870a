import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Interruption } from '../../src/cli/io.js';
import { readPassword } from '../../src/cli/password.js';
import { UsageError } from '../../src/errors.js';
import { FakeIo, FakeTerminal, written } from './fake-io.js';

const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string | Uint8Array): string {
  const path = join(folder, 'password');
  writeFileSync(path, content);
  return path;
}

/** Node tells by an event, which throws where nobody listens, that the mode of a terminal could not be set. */
const MODE_FAILURES: readonly (readonly [what: string, fail: (terminal: FakeTerminal) => void])[] = [
  ['tells it', (terminal) => terminal.emit('error', new Error('setRawMode EIO'))],
  [
    'throws',
    () => {
      throw new Error('setRawMode EIO');
    },
  ],
];

describe('readPassword', () => {
  it.each([
    ['secret', 'secret'],
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    ['secret\n\n', 'secret\n'],
    [' sec ret ', ' sec ret '],
    ['pä\u{1F511}\n', 'pä\u{1F511}'],
  ])('takes a file without one line end: %j', async (content, password) => {
    await expect(readPassword(new FakeIo(), 'ops', file(content))).resolves.toBe(password);
    await expect(readPassword(new FakeIo({ stdin: content }), 'ops', '-')).resolves.toBe(password);
  });

  it('takes the environment', async () => {
    await expect(readPassword(new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: 'from env\n' } }), 'ops', undefined)).resolves.toBe('from env\n');
  });

  it('takes a file that was named before the environment', async () => {
    await expect(readPassword(new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: 'from env' } }), 'ops', file('from file'))).resolves.toBe('from file');
  });

  it.each<[what: string, keys: readonly (string | Uint8Array)[], password: string]>([
    ['up to Enter', ['sec', 'ret', '\r', 'more'], 'secret'],
    ['up to a line feed', ['secret\nmore'], 'secret'],
    ['up to Ctrl-D', ['secret\x04'], 'secret'],
    ['with Backspace', ['\x7Fsecx\x7Fr\bret\r'], 'secret'],
    ['with Backspace over a character of two code units', ['\u{1F511}\x7Fx\r'], 'x'],
    ['with a character in two chunks', [Uint8Array.of(0xc3), Uint8Array.of(0xbc), '\r'], 'ü'],
  ])('asks at the terminal %s', async (_what, keys, password) => {
    const terminal = new FakeTerminal(...keys);
    const io = new FakeIo({ stdin: terminal });
    await expect(readPassword(io, 'EXAMPLE\\ops', undefined)).resolves.toBe(password);
    expect(written(io.stderr)).toBe('Password for EXAMPLE\\ops: \n');
    expect(written(io.stdout)).toBe('');
    expect(terminal.modes).toEqual([true, false]);
  });

  it.each<[how: string, leave: (terminal: FakeTerminal) => void]>([
    ['at its end', (terminal) => terminal.end()],
    ['with an error', (terminal) => terminal.destroy(new Error('read EIO'))],
    ['with an error alone', (terminal) => terminal.emit('error', new Error('read EIO'))],
    ['without a word', (terminal) => terminal.destroy()],
  ])('refuses what was typed on a terminal that goes away %s', async (_how, leave) => {
    const terminal = new FakeTerminal('half');
    const io = new FakeIo({ stdin: terminal });
    const asked = readPassword(io, 'ops', undefined);
    leave(terminal);
    await expect(asked).rejects.toThrow(new UsageError('The terminal went away before the password was given'));
    expect(written(io.stderr)).toBe('Password for ops: \n');
    expect(terminal.modes).toEqual([true, false]);
  });

  it.each(MODE_FAILURES)('asks nothing on a terminal whose mode cannot be set and which %s', async (_what, fail) => {
    const terminal = new FakeTerminal();
    terminal.setRawMode = () => fail(terminal);
    await expect(readPassword(new FakeIo({ stdin: terminal }), 'ops', undefined)).rejects.toThrow(UsageError);
  });

  it.each(MODE_FAILURES)('takes the password from a terminal that cannot be set back and %s', async (_what, fail) => {
    const terminal = new FakeTerminal();
    terminal.setRawMode = (mode) => {
      if (mode) terminal.write('secret\r');
      else fail(terminal);
    };
    await expect(readPassword(new FakeIo({ stdin: terminal }), 'ops', undefined)).resolves.toBe('secret');
    expect(() => terminal.emit('error', new Error('read EIO'))).not.toThrow();
  });

  it('is interrupted by Ctrl-C, and leaves the terminal as it was', async () => {
    const terminal = new FakeTerminal('sec\x03ret\r');
    await expect(readPassword(new FakeIo({ stdin: terminal }), 'ops', undefined)).rejects.toMatchObject({ name: 'Interruption', status: 130 });
    expect(terminal.modes).toEqual([true, false]);
  });

  it('is interrupted by a signal, and leaves the terminal as it was', async () => {
    const terminal = new FakeTerminal('sec');
    const io = new FakeIo({ stdin: terminal });
    const asked = readPassword(io, 'ops', undefined);
    io.interrupt(new Interruption('SIGTERM'));
    await expect(asked).rejects.toMatchObject({ status: 143 });
    expect(terminal.modes).toEqual([true, false]);
  });

  it.each<[what: string, io: FakeIo, file: string | undefined, message: RegExp]>([
    ['nothing without a terminal', new FakeIo(), undefined, /HYPERV_WSMAN_PASSWORD.*--password-file.*terminal/],
    ['a file that is not there', new FakeIo(), join(folder, 'absent'), /Cannot read .*absent.*ENOENT/],
    ['a folder', new FakeIo(), folder, /EISDIR/],
    ['an empty file', new FakeIo({ stdin: '\n' }), '-', /empty/],
    ['an empty variable', new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: '' } }), undefined, /empty/],
    ['nothing typed', new FakeIo({ stdin: new FakeTerminal('\r') }), undefined, /empty/],
    ['bytes that are not UTF-8', new FakeIo({ stdin: Uint8Array.of(0xff, 0x41) }), '-', /standard input is not UTF-8/],
  ])('refuses %s', async (_what, io, path, message) => {
    const asked = readPassword(io, 'ops', path);
    await expect(asked).rejects.toThrow(UsageError);
    await expect(asked).rejects.toThrow(message);
  });
});
