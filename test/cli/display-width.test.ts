import { describe, expect, it } from 'vitest';
import { displayWidth, fitWidth } from '../../src/cli/display-width.js';

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['web01', 5],
    ['邮件', 4],
    ['ｱ', 1],
    ['한글', 4],
    ['e\u0301', 1],
    ['😀', 2],
    ['a\u200Bb', 2],
  ])('of %j is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('fitWidth', () => {
  it.each([
    ['web', 5, 'web  '],
    ['web01', 5, 'web01'],
    ['web001', 5, 'web0…'],
    ['邮件服', 5, '邮件…'],
    ['邮件服', 4, '邮… '],
    ['web', 1, '…'],
  ])('puts %j into %i places', (text, width, expected) => {
    expect(fitWidth(text, width)).toBe(expected);
  });
});
