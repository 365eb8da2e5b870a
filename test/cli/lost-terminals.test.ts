import { expect, it } from 'vitest';
import { closeLostTerminals } from '../../src/cli/lost-terminals.js';

const TERMINAL = { isTTY: true };
const FILE = {};

it.each<[what: string, standard: readonly { readonly isTTY?: boolean }[], terminalsNow: readonly number[], closed: readonly number[]]>([
  ['terminals that are still there', [TERMINAL, TERMINAL, TERMINAL], [0, 1, 2], []],
  ['terminals that went away', [TERMINAL, TERMINAL, TERMINAL], [], [0, 1, 2]],
  ['one that went away', [TERMINAL, FILE, TERMINAL], [2], [0]],
  ['files', [FILE, FILE, FILE], [], []],
])('closeLostTerminals: %s', (_what, standard, terminalsNow, expected) => {
  const closed: number[] = [];
  closeLostTerminals(standard, { isatty: (fd) => terminalsNow.includes(fd), closeSync: (fd) => closed.push(fd) });
  expect(closed).toEqual(expected);
});
