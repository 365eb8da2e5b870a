import { describe, expect, it } from 'vitest';
import { findCodes, findLoggedCodes } from '../../../src/hyperv/diagnosis/codes.js';

const codesIn = (text: string): unknown[] => findCodes(text).map(({ written, code }) => [written, code]);

describe('findCodes', () => {
  it.each<[text: string, found: readonly (readonly [written: string, code: number])[]]>([
    ['no way (0x8009030E)', [['0x8009030E', 0x8009030e]]],
    ['no way (0x8009030E).', [['0x8009030E', 0x8009030e]]],
    ['no way 0x8009030E', [['0x8009030E', 0x8009030e]]],
    ['no way 0x8009030e.', [['0x8009030e', 0x8009030e]]],
    ['没有凭据（0x8009030E）。', [['0x8009030E', 0x8009030e]]],
    ['no network (0x000013AB)', [['0x000013AB', 0x800713ab]]],
    ["code '0x32' ('not supported')", [['0x32', 0x80070032]]],
    ['%%2147942405', [['2147942405', 0x80070005]]],
    ['%%5', [['5', 0x80070005]]],
    ['HRESULT -2146893042', [['-2146893042', 0x8009030e]]],
    ['Code="2150858752"', [['2150858752', 0x80338000]]],
    ['first 0x80070002, then 0x80070005', [['0x80070002', 0x80070002], ['0x80070005', 0x80070005]]],
    ['unknown 0x80ABCDEF', [['0x80ABCDEF', 0x80abcdef]]],
    ['wrapped 0xD0000022', [['0xD0000022', 0xc0000022]]],
    ['failed...0x8009030E', [['0x8009030E', 0x8009030e]]],
    ['of 64 bits: 0xFFFFFFFF8009030E', [['0xFFFFFFFF8009030E', 0x8009030e]]],
    ['HRESULT: 8009030E', [['8009030E', 0x8009030e]]],
    ['hr=80070005', [['80070005', 0x80070005]]],
    ['error code 0x13AB', [['0x13AB', 0x800713ab]]],
    ['Fehlercode: 0x13AB.', [['0x13AB', 0x800713ab]]],
    ['（0x13AB）', [['0x13AB', 0x800713ab]]],
    ['0x000013AB', [['0x000013AB', 0x800713ab]]],
    ['gone\n0x13AB', [['0x13AB', 0x800713ab]]],
    ['status 0x000013AB', [['0x000013AB', 0x800713ab]]],
    ['error 2147942405', [['2147942405', 0x80070005]]],
    ['2147942405', [['2147942405', 0x80070005]]],
    ['(0x80070005), result=0x20', [['0x20', 0x80070020], ['0x80070005', 0x80070005]]],
  ])('finds in %j', (text, found) => {
    expect(codesIn(text)).toEqual(found);
  });

  it.each([
    ['a GUID', '80070005-8009-030E-8007-274D8007000E'],
    ['a GUID in braces', '{0A800705-0005-4D80-9003-0E8007274D00}'],
    ['an address of memory', '0x00007FF68007000E'],
    ['an address of memory in the kernel', '0xFFFFF8018007000E'],
    ['flags', 'flags 0x00000020'],
    ['short flags', 'flags 0x20'],
    ['a size', 'size 2147942405 bytes'],
    ['a pattern in memory', '0xDEADBEEF'],
    ['a negative number that is no code', '-1234567890'],
    ['eight digits', 'serial number 80070005'],
    ['a code that is not known, without 0x', 'HRESULT 8009FFFF'],
    ['a short address', 'at 0x00401000'],
    ['an IPv4 address', '10.0.21.24:6600'],
    ['an IPv6 address', 'fe80::8007:0005'],
    ['a MAC address', '80-07-00-05-80-09'],
    ['success', '0x00000000'],
    ['a number too large', '%%9999999999'],
    ['a file name', 'disk_0x80070005.vhdx'],
    ['ten digits that are no code', 'ticket 2148074999'],
    ['a date', '2026-0123456789'],
    ['the number of an event', '21024'],
  ])('takes %s for no code', (_what, text) => {
    expect(codesIn(text)).toEqual([]);
  });

  it('bears long texts', () => {
    for (const piece of ['0x8', '%%1', '-1', '1=', ' ', '8007-', "'0x", '1234567890']) expect(findCodes(piece.repeat(50_000)).length).toBeLessThanOrEqual(50_000);
    expect(findCodes('0x80AB0001 '.repeat(50_000))).toHaveLength(50_000);
  });
});

describe('findLoggedCodes', () => {
  it.each<[text: string, found: readonly (readonly [string, number])[]]>([
    ['Event ID 21024', [['event', 21024]]],
    ['(event 21125)', [['event', 21125]]],
    ['err=32773;msg=(0x80070032)', [['returnValue', 32773], ['hresult', 0x80070032]]],
    ['ReturnValue = 32775', [['returnValue', 32775]]],
    ['ErrorCode: 32773', [['returnValue', 32773]]],
    ['EventID 21125: not set up', [['event', 21125]]],
    ['<EventID>21125</EventID>', [['event', 21125]]],
    ['Ereignis-ID: 21125', [['event', 21125]]],
    ['Id           : 21125', [['event', 21125]]],
    ['22/11/2026 12:42:49          21024 Error', [['event', 21024]]],
    ['21024', [['event', 21024]]],
    ['port 32768', []],
    ['port 20413', []],
    ['MTU=21024', []],
    ['pid 21502 worked with 32774 machines', []],
    ['Memory=32775', []],
    ['memory = 32768 MB', []],
    ['10.0.0.1:21024', []],
    ['job 12345', []],
    ['1.21024', []],
  ])('finds in %j', (text, found) => {
    expect(findLoggedCodes(text).map(({ kind, code }) => [kind, code])).toEqual(found);
  });

  it('bears long texts', () => {
    for (const piece of ['a=', 'a ', '= ', '2102', '21024 ']) expect(findLoggedCodes(piece.repeat(50_000)).length).toBeLessThanOrEqual(50_000);
  });
});
