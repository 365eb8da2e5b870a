/** Takes HRESULTs and NTSTATUS values apart (MS-ERREF 2.1, 2.3). */

const FACILITY_WIN32 = 7;
/** Set in an HRESULT that holds an NTSTATUS (MS-ERREF 2.1, bit N). */
const FACILITY_NT_BIT = 0x1000_0000;

/** Names of HRESULT facilities (MS-ERREF 2.1; those from 51 on in winerror.h). */
const HRESULT_FACILITIES: Readonly<Record<number, string>> = {
  1: 'FACILITY_RPC',
  2: 'FACILITY_DISPATCH',
  3: 'FACILITY_STORAGE',
  4: 'FACILITY_ITF',
  7: 'FACILITY_WIN32',
  8: 'FACILITY_WINDOWS',
  9: 'FACILITY_SECURITY',
  10: 'FACILITY_CONTROL',
  11: 'FACILITY_CERT',
  12: 'FACILITY_INTERNET',
  15: 'FACILITY_SETUPAPI',
  25: 'FACILITY_HTTP',
  37: 'FACILITY_DIRECTORYSERVICE',
  40: 'FACILITY_TPM_SERVICES',
  49: 'FACILITY_FVE',
  50: 'FACILITY_FWP',
  51: 'FACILITY_WINRM',
  52: 'FACILITY_NDIS',
  53: 'FACILITY_USERMODE_HYPERVISOR',
  55: 'FACILITY_USERMODE_VIRTUALIZATION',
  56: 'FACILITY_USERMODE_VOLMGR',
  58: 'FACILITY_USERMODE_VHD',
  59: 'FACILITY_USERMODE_HNS',
};

/** Names of NTSTATUS facilities (MS-ERREF 2.3). */
const NTSTATUS_FACILITIES: Readonly<Record<number, string>> = {
  2: 'FACILITY_RPC_RUNTIME',
  3: 'FACILITY_RPC_STUBS',
  4: 'FACILITY_IO_ERROR_CODE',
  7: 'FACILITY_NTWIN32',
  9: 'FACILITY_NTSSPI',
  19: 'FACILITY_CLUSTER_ERROR_CODE',
};

/** The name of a code's facility, its number where it has no name here; `null` for facility 0 and for what has none. */
export function facilityOf(kind: string, code: number): string | null {
  if (kind !== 'hresult' && kind !== 'ntstatus') return null;
  const facility = kind === 'hresult' ? (code >>> 16) & 0x7ff : (code >>> 16) & 0xfff;
  if (facility === 0) return null;
  return (kind === 'hresult' ? HRESULT_FACILITIES : NTSTATUS_FACILITIES)[facility] ?? `facility ${facility}`;
}

/** HRESULT_FROM_WIN32: what is no bare Win32 error stays as it is (MS-ERREF 2.1.2). */
export function hresultFromWin32(code: number): number {
  return code > 0 && code <= 0xffff ? (0x8000_0000 | (FACILITY_WIN32 << 16) | code) >>> 0 : code >>> 0;
}

/** The Win32 error that an HRESULT holds; `null` when it holds none. */
export function win32Of(code: number): number | null {
  return code >>> 16 === 0x8000 + FACILITY_WIN32 ? code & 0xffff : null;
}

/** The NTSTATUS that an HRESULT holds (HRESULT_FROM_NT, MS-ERREF 2.1.3); `null` when it holds none. */
export function ntstatusOf(code: number): number | null {
  return (code & FACILITY_NT_BIT) === 0 ? null : (code & ~FACILITY_NT_BIT) >>> 0;
}

/** As Windows writes it: `0x8009030E`. */
export function formatCode(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
}
