/**
 * hyperv-wsman: a WS-Management client for Microsoft Hyper-V.
 *
 * Codecs below the client (XML, SOAP, NTLM, ...) are not exported: they may change with any release.
 *
 * @module
 */
export { HyperVHost, type HyperVHostOptions } from './hyperv/host.js';
export { Job, MigrationJob, MsvmErrorListError } from './hyperv/job.js';
export type { JobListOptions } from './hyperv/job-list.js';
export type { JobReference } from './hyperv/job-reference.js';
export type { JobClassName, JobPhase, JobStatus, MigrationJobStatus } from './hyperv/job-status.js';
export type {
  CancelledOutcome,
  Evidence,
  FailedOutcome,
  GoneOutcome,
  JobOutcome,
  MigrationOutcome,
  Observation,
  SucceededOutcome,
  UnknownOutcome,
  Whereabouts,
} from './hyperv/outcome.js';
export type { CancelOptions } from './hyperv/cancel.js';
export type { MethodResult } from './hyperv/method.js';
export type { WaitOptions } from './hyperv/wait.js';
export { type WatchOptions, WatchTimeoutError } from './hyperv/watch.js';
export { type Diagnosis, type DiagnoseOptions, type DiagnosisStep, diagnose } from './hyperv/diagnosis/diagnosis.js';
export { lookUp } from './hyperv/diagnosis/catalogue.js';
export type { CatalogueEntry, CodeKind, Layer, Retry } from './hyperv/diagnosis/entry.js';
export { MigrationService } from './hyperv/migrations/service.js';
export { MigrationStartUnknownError } from './hyperv/migrations/start-unknown-error.js';
export type { HostMigrationState } from './hyperv/migrations/host-state.js';
export type { MigrationIntent, MigrationTexts } from './hyperv/migrations/intent.js';
export type { MigrationNetwork } from './hyperv/migrations/networks.js';
export type { MigrationKind, MigrationOptions, MigrationSettings, MigrationStorage } from './hyperv/migrations/options.js';
export type { MigrationCheck, Precheck, PrecheckOptions } from './hyperv/migrations/precheck.js';
export type { Preflight, PreflightFinding, PreflightOptions } from './hyperv/migrations/preflight.js';
export type { MigrationFinding, ReconcileOptions } from './hyperv/migrations/reconcile.js';
export type { DelegationWay, MigrationAuthentication, SecondHop } from './hyperv/migrations/second-hop.js';
export type { MigrationCapabilities, MigrationServiceSettings } from './hyperv/migrations/service-settings.js';
export { MigrationQueue, type MigrationQueueOptions } from './hyperv/queue/migration-queue.js';
export { type QueueRequest, QueuedMigration } from './hyperv/queue/queued-migration.js';
export type { QueueEvent, QueueOutcome, QueueState, QueuedMigrationStatus } from './hyperv/queue/queue-outcome.js';
export type { QueueSnapshot, SavedMigration } from './hyperv/queue/snapshot.js';
export type { DrainHost, DrainMove, DrainPlan, DrainPlanOptions, DrainSkip, PlannedMachine } from './hyperv/queue/drain-plan.js';
export { type DrainProgress, type DrainReport, DrainRun, type DrainTargets } from './hyperv/queue/drain-run.js';
export type { QueueFinding, QueueHost, QueueJob, QueueMachine, QueueMigrations } from './hyperv/queue/queue-host.js';
export { type HostLoad, readHostLoad } from './hyperv/queue/slots.js';
export type { MsvmError } from './hyperv/error.js';
export { type FoundMachine, findVirtualMachine } from './hyperv/machines/find.js';
export { type StopOptions, VirtualMachine } from './hyperv/machines/virtual-machine.js';
export type { ClusterRole } from './hyperv/machines/cluster.js';
export type { GuestInfo } from './hyperv/machines/guest.js';
export type { MachineState } from './hyperv/machines/state.js';
export type { Heartbeat, MachineSummary } from './hyperv/machines/summary.js';
export { type AssociationOptions, type ClassEnumerationOptions, type EnumerationOptions, type TypedInvokeResult, WsmanClient } from './client/wsman-client.js';
export type { Auth, Delegation, KerberosSettings, Password } from './client/auth.js';
export type { CallOptions, Exchange, WsmanClientOptions } from './client/options.js';
export { type CommandOutput, type CommandResult, WinrsCommand, WinrsShell } from './client/shell.js';
export type { SubscribeCall } from './client/subscription.js';
export { settings } from './client/settings.js';
export { wql, type WqlValue } from './client/wql.js';
export type { ClientCertificate, TlsOptions } from './transport/connection.js';
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
export { type CallSignal, type SignalName, type Signals, onSignal } from './signals.js';
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
