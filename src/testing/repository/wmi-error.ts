import { UsageError } from '../../errors.js';

/** The statuses with which WMI refuses, by short names (MS-WMI 2.2.11, WBEMSTATUS; WbemCli.h for `readOnly`). */
export const WMI_STATUS = {
  notFound: 0x80041002,
  typeMismatch: 0x80041005,
  invalidParameter: 0x80041008,
  notSupported: 0x8004100c,
  invalidNamespace: 0x8004100e,
  invalidClass: 0x80041010,
  invalidQuery: 0x80041017,
  alreadyExists: 0x80041019,
  readOnly: 0x80041023,
} as const;

/** The name of a status in {@link WMI_STATUS}. */
export type WmiStatusName = keyof typeof WMI_STATUS;

/**
 * What WMI would refuse, and with which status. A test that asks a repository for it made a mistake, hence the base class;
 * asked for over the wire it becomes a fault.
 */
export class WmiError extends UsageError {
  /** The name of {@link WmiError.status}. */
  readonly statusName: WmiStatusName;
  /** The WMI status as an unsigned 32-bit number. */
  readonly status: number;

  constructor(statusName: WmiStatusName, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.statusName = statusName;
    this.status = WMI_STATUS[statusName];
  }
}
