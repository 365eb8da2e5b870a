import { describe, expect, it } from 'vitest';
import { exchangesKey, flagNames, flagsOf, hasFlag, sealsMessages } from '../../../src/auth/ntlm/flags.js';

describe('flags', () => {
  it('reads and writes the challenge flags of MS-NLMP 4.2.4', () => {
    const names = [
      'NTLMSSP_NEGOTIATE_UNICODE',
      'NTLM_NEGOTIATE_OEM',
      'NTLMSSP_NEGOTIATE_SIGN',
      'NTLMSSP_NEGOTIATE_SEAL',
      'NTLMSSP_NEGOTIATE_NTLM',
      'NTLMSSP_NEGOTIATE_ALWAYS_SIGN',
      'NTLMSSP_TARGET_TYPE_SERVER',
      'NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY',
      'NTLMSSP_NEGOTIATE_TARGET_INFO',
      'NTLMSSP_NEGOTIATE_VERSION',
      'NTLMSSP_NEGOTIATE_128',
      'NTLMSSP_NEGOTIATE_KEY_EXCH',
      'NTLMSSP_NEGOTIATE_56',
    ] as const;
    expect(flagNames(0xe28a8233)).toEqual(names);
    expect(flagsOf(...names)).toBe(0xe28a8233);
  });

  it('leaves out bits without a name', () => {
    expect(flagNames(0x00000008)).toEqual([]);
  });

  it('sees the highest bit', () => {
    expect(hasFlag(0x80000000, 'NTLMSSP_NEGOTIATE_56')).toBe(true);
    expect(hasFlag(0x7fffffff, 'NTLMSSP_NEGOTIATE_56')).toBe(false);
  });

  it.each([
    [0x40000000, false],
    [0x40000010, true],
    [0x40000020, true],
    [0x00000030, false],
  ])('exchanges a key with 0x%s: %s', (flags, expected) => {
    expect(exchangesKey(flags)).toBe(expected);
  });

  it.each([0x00000010, 0x00000020, 0x00080000, 0x20000000, 0x40000000])('does not seal without bit %i', (bit) => {
    expect(sealsMessages(0xe28a8233)).toBe(true);
    expect(sealsMessages((0xe28a8233 & ~bit) >>> 0)).toBe(false);
  });
});
