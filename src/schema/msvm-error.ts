import type { CimType } from '../cim/types.js';

const string: CimType = { type: 'string', array: false };
const strings: CimType = { type: 'string', array: true };
const uint16: CimType = { type: 'uint16', array: false };
const uint32: CimType = { type: 'uint32', array: false };

/** The 15 properties of Msvm_Error (all inherited from CIM_Error), in the order Hyper-V writes them. */
export const MSVM_ERROR_PROPERTIES: Readonly<Record<string, CimType>> = {
  CIMStatusCode: uint32,
  CIMStatusCodeDescription: string,
  ErrorSource: string,
  ErrorSourceFormat: uint16,
  ErrorType: uint16,
  Message: string,
  MessageArguments: strings,
  MessageID: string,
  OtherErrorSourceFormat: string,
  OtherErrorType: string,
  OwningEntity: string,
  PerceivedSeverity: uint16,
  ProbableCause: uint16,
  ProbableCauseDescription: string,
  RecommendedActions: strings,
};
