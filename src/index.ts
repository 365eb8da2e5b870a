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
export { type AssociationOptions, type ClassEnumerationOptions, type EnumerationOptions, type TypedInvokeResult, WsmanClient } from './client/wsman-client.js';
export type { Auth, CallOptions, Exchange, Password, WsmanClientOptions } from './client/options.js';
export { type CommandOutput, type CommandResult, WinrsCommand, WinrsShell } from './client/shell.js';
export type { SubscribeCall } from './client/subscription.js';
export { settings } from './client/settings.js';
export { wql, type WqlValue } from './client/wql.js';
export type { TlsOptions } from './transport/connection.js';
export type { Identity } from './wsman/identify.js';
export type { InvokeResult, Parameters } from './wsman/invoke.js';
export type { Dialect } from './wsman/dialect.js';
export type { AssociationFilter, Filter, SelectorFilter, WqlFilter } from './wsman/filter.js';
export type { Fragment } from './wsman/fragment.js';
export { type TypeOf, untyped } from './wsman/instance.js';
export type { ShellOptions } from './wsman/shell.js';
export type { ShellSignal } from './wsman/shell-streams.js';
export { CimDateTime, CimInterval } from './cim/datetime.js';
export { type CimInstance, classOf, createInstance, pathOf } from './cim/instance.js';
export { type InstancePath, formatObjectPath, instancePath, parseObjectPath } from './cim/object-path.js';
export { toJson } from './cim/json.js';
export type { CimScalar, CimType, CimTypeName, CimValue } from './cim/types.js';
export { type ClassInfo, type MemberInfo, type MethodInfo, type ParameterInfo, type Schema, loadSchema } from './schema/class-info.js';
export type { ClassName, InParameters, InstanceInput, InstanceOf, KeysOf, MethodName, OutParameters, PathOf, ReturnValueOf } from './schema/typed.js';
export { type ValueMap, valueMap } from './schema/value-map.js';
export {
  CIMStatusCode,
  EnabledState,
  ErrorSourceFormat,
  ErrorType,
  HealthState,
  JobState,
  MigrationType,
  OperationalStatus,
  PerceivedSeverity,
  ProbableCause,
  ReplicationHealth,
  ReplicationState,
  RequestedState,
  TransportType,
} from './schema/generated/value-maps.js';
export { GET_ERROR_RETURN_VALUE } from './schema/msvm-migration-job.js';
export {
  type AnyError,
  AuthError,
  EnumerationExpiredError,
  type ErrorCode,
  type FaultData,
  FaultError,
  HyperVWsmanError,
  JobError,
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
