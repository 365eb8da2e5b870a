import { WmiError } from '../repository/wmi-error.js';

/** A text that is not WQL: WMI's `invalidQuery`, with the place. */
export class WqlError extends WmiError {
  /** Where in the query the trouble is: characters from its beginning. */
  readonly offset: number;

  constructor(message: string, offset: number, options?: { cause?: unknown }) {
    super('invalidQuery', `WQL, at offset ${offset}: ${message}`, options);
    this.offset = offset;
  }
}
