import type { Principal } from './principal.js';

/** EncryptionKey (RFC 4120 §5.2.9). */
export type EncryptionKey = { readonly etype: number; readonly value: Uint8Array };

/** A ticket and what its holder needs to use it: what a KDC-REP gives, and what a credential cache keeps. */
export type Credential = {
  readonly client: Principal;
  readonly server: Principal;
  readonly sessionKey: EncryptionKey;
  /** The Ticket in DER, octet for octet as the KDC sent it. */
  readonly ticket: Uint8Array;
  /** TicketFlags (RFC 4120 §5.3) as an unsigned 32-bit number; bit 0 of the RFC is its highest. */
  readonly flags: number;
  readonly authTime: Date;
  readonly startTime: Date | null;
  readonly endTime: Date;
  readonly renewTill: Date | null;
};

/** The bits of TicketFlags in use (RFC 4120 §2 and §5.3). */
export const TICKET_FLAG = { forwardable: 0x40000000, forwarded: 0x20000000, invalid: 0x01000000, renewable: 0x00800000, initial: 0x00400000, preAuthent: 0x00200000, okAsDelegate: 0x00040000 } as const;
