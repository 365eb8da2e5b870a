/** The NEGOTIATE flags (MS-NLMP 2.2.2.5). */

/** Every defined flag and its bit, from the lowest. The letter in the specification's figure stands beside it. */
export const NEGOTIATE = {
  NTLMSSP_NEGOTIATE_UNICODE: 0x00000001, // A
  NTLM_NEGOTIATE_OEM: 0x00000002, // B
  NTLMSSP_REQUEST_TARGET: 0x00000004, // C
  NTLMSSP_NEGOTIATE_SIGN: 0x00000010, // D
  NTLMSSP_NEGOTIATE_SEAL: 0x00000020, // E
  NTLMSSP_NEGOTIATE_DATAGRAM: 0x00000040, // F
  NTLMSSP_NEGOTIATE_LM_KEY: 0x00000080, // G
  NTLMSSP_NEGOTIATE_NTLM: 0x00000200, // H
  NTLMSSP_ANONYMOUS: 0x00000800, // J
  NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED: 0x00001000, // K
  NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED: 0x00002000, // L
  NTLMSSP_NEGOTIATE_ALWAYS_SIGN: 0x00008000, // M
  NTLMSSP_TARGET_TYPE_DOMAIN: 0x00010000, // N
  NTLMSSP_TARGET_TYPE_SERVER: 0x00020000, // O
  NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY: 0x00080000, // P
  NTLMSSP_NEGOTIATE_IDENTIFY: 0x00100000, // Q
  NTLMSSP_REQUEST_NON_NT_SESSION_KEY: 0x00400000, // R
  NTLMSSP_NEGOTIATE_TARGET_INFO: 0x00800000, // S
  NTLMSSP_NEGOTIATE_VERSION: 0x02000000, // T
  NTLMSSP_NEGOTIATE_128: 0x20000000, // U
  NTLMSSP_NEGOTIATE_KEY_EXCH: 0x40000000, // V
  NTLMSSP_NEGOTIATE_56: 0x80000000, // W
} as const;

/** The name of a NEGOTIATE flag, as the specification spells it. */
export type NegotiateFlag = keyof typeof NEGOTIATE;

/** What must have been negotiated before a message is sealed: strong keys, exchanged anew each time (MS-NLMP 3.4.3 to 3.4.5). */
export const SEALING_FLAGS: readonly NegotiateFlag[] = [
  'NTLMSSP_NEGOTIATE_SIGN',
  'NTLMSSP_NEGOTIATE_SEAL',
  'NTLMSSP_NEGOTIATE_KEY_EXCH',
  'NTLMSSP_NEGOTIATE_128',
  'NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY',
];

/** The unsigned 32-bit value with exactly these flags set. */
export function flagsOf(...names: readonly NegotiateFlag[]): number {
  return names.reduce((value, name) => (value | NEGOTIATE[name]) >>> 0, 0);
}

/** Whether a flag is set in a NegotiateFlags value. */
export function hasFlag(value: number, name: NegotiateFlag): boolean {
  return (value & NEGOTIATE[name]) !== 0;
}

/** Whether these flags make the client choose the ExportedSessionKey and send it encrypted (MS-NLMP 3.1.5.1.2). */
export function exchangesKey(value: number): boolean {
  return hasFlag(value, 'NTLMSSP_NEGOTIATE_KEY_EXCH') && (hasFlag(value, 'NTLMSSP_NEGOTIATE_SIGN') || hasFlag(value, 'NTLMSSP_NEGOTIATE_SEAL'));
}

/** Whether these flags allow messages to be signed and sealed as this client does it. */
export function sealsMessages(value: number): boolean {
  return SEALING_FLAGS.every((name) => hasFlag(value, name));
}

/** The names of all flags set in a NegotiateFlags value, from the lowest bit; bits without a name are left out. */
export function flagNames(value: number): NegotiateFlag[] {
  return (Object.keys(NEGOTIATE) as NegotiateFlag[]).filter((name) => hasFlag(value, name));
}
