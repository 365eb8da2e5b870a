import { describe, expect, it } from 'vitest';
import { facilityOf, formatCode, hresultFromWin32, ntstatusOf, win32Of } from '../../../src/hyperv/diagnosis/hresult.js';

describe('an HRESULT', () => {
  it.each([
    ['hresult', 0x80070005, 'FACILITY_WIN32'],
    ['hresult', 0x8009030e, 'FACILITY_SECURITY'],
    ['hresult', 0x80338000, 'FACILITY_WINRM'],
    ['hresult', 0xc03a0014, 'FACILITY_USERMODE_VHD'],
    ['hresult', 0x80004005, null],
    ['hresult', 0x87ff0001, 'facility 2047'],
    ['ntstatus', 0xc0130001, 'FACILITY_CLUSTER_ERROR_CODE'],
    ['ntstatus', 0xc0000022, null],
    ['event', 21024, null],
  ])('as %s %i is of %s (MS-ERREF 2.1, 2.3)', (kind, code, facility) => {
    expect(facilityOf(kind, code)).toBe(facility);
  });

  it('holds a Win32 error (MS-ERREF 2.1.2)', () => {
    expect([hresultFromWin32(5), hresultFromWin32(0), hresultFromWin32(0x80070005), hresultFromWin32(-2147024891)]).toEqual([0x80070005, 0, 0x80070005, 0x80070005]);
    expect([win32Of(0x80070005), win32Of(0x80090005)]).toEqual([5, null]);
  });

  it('holds an NTSTATUS (MS-ERREF 2.1.3)', () => {
    expect([ntstatusOf(0xd0000022), ntstatusOf(0x80070005)]).toEqual([0xc0000022, null]);
  });

  it('is written as Windows does', () => {
    expect([formatCode(0x8009030e), formatCode(5)]).toEqual(['0x8009030E', '0x00000005']);
  });
});
