/** The limits of a WinRM service as Windows Server installs it; seen on Windows. */
export const LIMITS = {
  /** The largest envelope, in units of 1,024 bytes. */
  MaxEnvelopeSizekb: 500,
  /** The longest OperationTimeout, in milliseconds. */
  MaxTimeoutms: 60_000,
  /** The most items in one page. */
  MaxBatchItems: 32_000,
  /** Operations and enumerations that one user may have at a time. */
  MaxConcurrentOperationsPerUser: 1500,
  /** How long an enumeration is kept between two pages, in milliseconds. */
  EnumerationTimeoutms: 240_000,
} as const;
