import { describe, expect, it } from 'vitest';
import { CATALOGUE, lookUp, parseCode } from '../../../src/hyperv/diagnosis/catalogue.js';

describe('the catalogue', () => {
  it('has at least 150 entries, no code twice in a kind', () => {
    expect(CATALOGUE.length).toBeGreaterThanOrEqual(150);
    const keys = CATALOGUE.map(({ kind, code }) => `${kind} ${code}`);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it.each(CATALOGUE.map((entry) => [entry.name, entry] as const))('has all of %s', (_name, { code, kind, name, facility, meaning, advice, source }) => {
    expect(Number.isInteger(code) && code > 0 && code <= 0xffff_ffff).toBe(true);
    expect(name).toMatch(kind === 'hresult' || kind === 'ntstatus' ? /^[A-Z][A-Za-z0-9]*_[A-Z0-9_a-z]+$|^WSA[A-Z_]+$/ : /^\S.*\S$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/s);
    expect(advice.length).toBeGreaterThan(0);
    for (const text of advice) expect(text).toMatch(/^\S.*[.)]$/s);
    expect(source).not.toBe('');
    // An HRESULT of a failure has its highest bit (MS-ERREF 2.1), an NTSTATUS the two highest (MS-ERREF 2.3).
    if (kind === 'hresult') expect(code >>> 31).toBe(1);
    if (kind === 'ntstatus') expect(code >>> 30).toBe(3);
    if (kind === 'event' || kind === 'returnValue') expect([code <= 0xffff, facility]).toEqual([true, null]);
  });

  it('says of no return value but those of a refusal that nothing has begun', () => {
    const begunNot = CATALOGUE.filter(({ begun }) => begun === false).map(({ code }) => code);
    expect(begunNot.sort((a, b) => a - b)).toEqual([32769, 32770, 32773, 32774, 32775, 32776, 32777, 0x8009030d, 0x8009030e, 0x80090322]);
  });
});

describe('lookUp', () => {
  it.each<[code: number | string, names: readonly string[]]>([
    [0x8009030e, ['SEC_E_NO_CREDENTIALS']],
    [-2146893042, ['SEC_E_NO_CREDENTIALS']],
    ['0x8009030E', ['SEC_E_NO_CREDENTIALS']],
    ['0x8009030e', ['SEC_E_NO_CREDENTIALS']],
    [' 8009030E ', ['SEC_E_NO_CREDENTIALS']],
    ['-2146893042', ['SEC_E_NO_CREDENTIALS']],
    ['%%2148074254', ['SEC_E_NO_CREDENTIALS']],
    ['2148074254', ['SEC_E_NO_CREDENTIALS']],
    ['80070534', ['ERROR_NONE_MAPPED']],
    ['0x000013AB', ['ERROR_NETWORK_NOT_AVAILABLE']],
    ['5035', ['ERROR_NETWORK_NOT_AVAILABLE']],
    [5, ['ERROR_ACCESS_DENIED']],
    ['0xC0000022', ['STATUS_ACCESS_DENIED']],
    ['0xD0000022', ['STATUS_ACCESS_DENIED']],
    ['2150858752', ['ERROR_WSMAN_RESOURCE_NOT_FOUND']],
    ['21024', ['migration failed at its source']],
    [32775, ['Invalid state for this operation']],
    ['0x80091234', []],
    ['web01', []],
    ['', []],
    ['99999999999', []],
    [2 ** 40, []],
    [1.5, []],
    [NaN, []],
  ])('of %j is %j', (code, names) => {
    expect(lookUp(code).map(({ name }) => name)).toEqual(names);
  });

  /** The names and numbers of the specifications: MS-ERREF 2.1.1, 2.2 and 2.3.1. */
  it.each<[number, string, string | null, string]>([
    [0x80004005, 'E_FAIL', null, 'unknown'],
    [0x80070005, 'ERROR_ACCESS_DENIED', 'FACILITY_WIN32', 'authentication'],
    [0x80090322, 'SEC_E_WRONG_PRINCIPAL', 'FACILITY_SECURITY', 'authentication'],
    [0x80041002, 'WBEM_E_NOT_FOUND', 'FACILITY_ITF', 'VMMS'],
    [0x800b0109, 'CERT_E_UNTRUSTEDROOT', 'FACILITY_CERT', 'authentication'],
    [0x80071398, 'ERROR_HOST_NODE_NOT_GROUP_OWNER', 'FACILITY_WIN32', 'cluster'],
    [0xc0370029, 'ERROR_VID_SAVED_STATE_INCOMPATIBLE', 'FACILITY_USERMODE_VIRTUALIZATION', 'compatibility'],
    [0xc0000034, 'STATUS_OBJECT_NAME_NOT_FOUND', null, 'storage'],
  ])('knows %i as %s', (code, name, facility, layer) => {
    expect(lookUp(code)).toMatchObject([{ code, name, facility, layer }]);
  });

  it('names the three ways of delegation in their order', () => {
    const [entry] = lookUp('0x8009030E');
    expect(entry!.advice.slice(0, 3)).toEqual([
      expect.stringMatching(/constrained delegation with protocol transition.*"cifs" and "Microsoft Virtual System Migration Service"/),
      expect.stringMatching(/forwardable/),
      expect.stringMatching(/CredSSP/),
    ]);
  });
});

describe('parseCode', () => {
  it.each([
    ['0x5', 5],
    ['%%5', 5],
    ['-1', -1],
    ['C03A0014', 0xc03a0014],
    ['12345678', 12345678],
    ['0x123456789', null],
    ['failure.txt', null],
    ['./21024', null],
    ['-', null],
  ])('of %j is %j', (text, code) => {
    expect(parseCode(text)).toBe(code);
  });
});
