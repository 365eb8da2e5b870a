/**
 * hyperv-wsman: a WS-Management client for Microsoft Hyper-V.
 *
 * Codecs below the client (XML, SOAP, NTLM, ...) are not exported: they may change with any release.
 *
 * @module
 */
export { HyperVHost } from './hyperv/host.js';
export { MigrationJob, MsvmErrorListError } from './hyperv/job.js';
export type { JobReference } from './hyperv/job-reference.js';
export type { MsvmError } from './hyperv/error.js';
export { WsmanClient } from './client/wsman-client.js';
export type { Auth, CallOptions, Password, WsmanClientOptions } from './client/options.js';
export type { TlsOptions } from './transport/connection.js';
export type { Identity } from './wsman/identify.js';
export type { InvokeResult, Parameters } from './wsman/invoke.js';
export type { TypeOf } from './wsman/instance.js';
export { CimDateTime, CimInterval } from './cim/datetime.js';
export { type CimInstance, classOf, createInstance, pathOf } from './cim/instance.js';
export { type InstancePath, instancePath } from './cim/object-path.js';
export { toJson } from './cim/json.js';
export type { CimScalar, CimType, CimTypeName, CimValue } from './cim/types.js';
export { CIM_STATUS_CODE, ERROR_SOURCE_FORMAT, ERROR_TYPE, PERCEIVED_SEVERITY, PROBABLE_CAUSE, type ValueMap } from './schema/msvm-error.js';
export { GET_ERROR_RETURN_VALUE, JOB_STATE } from './schema/msvm-migration-job.js';
export {
  type AnyError,
  AuthError,
  type ErrorCode,
  type FaultData,
  FaultError,
  HyperVWsmanError,
  JobGoneError,
  LimitError,
  OutcomeUnknownError,
  ProtocolError,
  ReturnValueError,
  TimeoutError,
  TlsError,
  TransportError,
  UsageError,
} from './errors.js';
