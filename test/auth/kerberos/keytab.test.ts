import { describe, expect, it } from 'vitest';
import { type KeytabEntry, decodeKeytab, encodeKeytab } from '../../../src/auth/kerberos/keytab.js';
import { formatPrincipal } from '../../../src/auth/kerberos/principal.js';
import { concat, fromHex, toHex } from '../../../src/bytes.js';
import { UsageError } from '../../../src/errors.js';
import { SERVICE, keyOf, recordedFile } from './recorded.js';

/** One entry written by hand: svc/a@R, name type 1, 1970-01-01T00:00:10Z, kvno 7, etype 23, key 0102. */
const ENTRY = '0002 0001 52 0003 737663 0001 61 00000001 0000000a 07 0017 0002 0102';
const ENTRY_LENGTH = '0000001c';

const shown = (entries: readonly KeytabEntry[]) =>
  entries.map(({ principal, kvno, key, timestamp }) => [formatPrincipal(principal), principal.name.nameType, kvno, key.etype, toHex(key.value), timestamp.toISOString()]);

describe('decodeKeytab', () => {
  it('reads what kadmin ktadd wrote, as klist -Kekt shows it', () => {
    const timestamp = '2026-11-22T14:42:33.000Z';
    expect(shown(decodeKeytab(recordedFile('kadmin.keytab')))).toEqual([
      [SERVICE, 1, 1, 18, toHex(keyOf(SERVICE).value), timestamp],
      [SERVICE, 1, 1, 19, 'b84e0f3b2560b63c3e997dbfdbfa82d7', timestamp],
      [SERVICE, 1, 1, 23, 'a480b5ebd0374adf0de2faaaf6ffd07f', timestamp],
    ]);
  });

  it('reads what ktutil wrote: a kvno above 255, and the hole that a removed entry left', () => {
    const timestamp = '2026-11-22T14:42:34.000Z';
    expect(shown(decodeKeytab(recordedFile('ktutil.keytab')))).toEqual([
      ['anna@HYPERV.EXAMPLE', 1, 300, 19, 'b1e33e771c5a07a21dfed8b489a00881', timestamp],
      ['host/hv01.hyperv.example@HYPERV.EXAMPLE', 1, 2, 23, '91c81bd7d0872ad66d3f917fea9fb5fb', timestamp],
    ]);
  });

  it.each([
    ['one entry, its kvno in one octet', `0502 ${ENTRY_LENGTH} ${ENTRY}`, [7]],
    ['the long kvno wins', `0502 00000020 ${ENTRY} 00000107`, [263]],
    ['a long kvno of zero is padding', `0502 00000020 ${ENTRY} 00000000`, [7]],
    ['more may follow the long kvno', `0502 00000024 ${ENTRY} 00000107 00000000`, [263]],
    ['what follows the key but is too short for a kvno', `0502 0000001e ${ENTRY} 0000`, [7]],
    ['holes before and behind', `0502 fffffffc 00000000 ${ENTRY_LENGTH} ${ENTRY} fffffffe 0000`, [7]],
    ['an entry of no length ends the file', `0502 ${ENTRY_LENGTH} ${ENTRY} 00000000 ffff`, [7]],
    ['no entry at all', '0502', []],
  ])('%s', (_name, hex, kvnos) => {
    expect(decodeKeytab(fromHex(hex)).map(({ kvno }) => kvno)).toEqual(kvnos);
  });

  it.each([
    ['nothing', '', 'no keytab'],
    ['one octet', '05', 'no keytab'],
    ['a credential cache', '0504', 'no keytab'],
    ['version 0x0501', '0501', 'old version 0x0501'],
    ['a cut length', '0502 0000', 'damaged'],
    ['a record longer than the file', '0502 7fffffff 00', 'damaged'],
    ['a hole longer than the file', '0502 80000000', 'damaged'],
    ['a count of components beyond the record', '0502 00000006 ffff 0001 52 00', 'damaged'],
    ['a key longer than the record', `0502 ${ENTRY_LENGTH} ${ENTRY.replace('0002 0102', '0003 0102')}`, 'damaged'],
  ])('%s is refused', (_name, hex, message) => {
    expect(() => decodeKeytab(fromHex(hex))).toThrow(UsageError);
    expect(() => decodeKeytab(fromHex(hex))).toThrow(message);
  });

  it('the keys are copies: who overwrites the file in memory keeps them', () => {
    const file = recordedFile('kadmin.keytab');
    const [entry] = decodeKeytab(file);
    file.fill(0);
    expect(toHex(entry!.key.value)).toBe(toHex(keyOf(SERVICE).value));
  });
});

describe('encodeKeytab', () => {
  it('writes what kadmin wrote, octet for octet', () => {
    const file = recordedFile('kadmin.keytab');
    expect(toHex(encodeKeytab(decodeKeytab(file)))).toBe(toHex(file));
  });

  it('writes the kvno twice, the second time whole', () => {
    const [entry] = decodeKeytab(concat(fromHex('0502'), fromHex(ENTRY_LENGTH), fromHex(ENTRY)));
    expect(toHex(encodeKeytab([{ ...entry!, kvno: 263 }]))).toBe(toHex(fromHex(`0502 00000020 ${ENTRY} 00000107`)));
  });
});
