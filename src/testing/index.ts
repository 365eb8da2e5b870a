/**
 * hyperv-wsman/testing: a simulated Hyper-V host, and a data centre of several that move machines, to test your own
 * orchestration against.
 *
 * @module
 */
export { SimulatedHost } from './simulated-host.js';
export { type KdcLogEntry, SimulatedKdc, type SimulatedKdcOptions } from './simulated-kdc.js';
export type { RebootOptions, SimulatedHostOptions } from './simulated-host-options.js';
export { SimulatedDataCentre, type SimulatedDataCentreOptions } from './data-centre/data-centre.js';
export type { MigrationFailure, MigrationRecord, SimulatedCentreHost, SimulatedMachine, SimulatedMachineState } from './data-centre/types.js';
export { type CertificateOptions, createCertificate } from './certificate.js';
export type { CertificateMapping } from './certificate-mapping.js';
export { DEFAULT_USER, type SimulatedUser } from './user-store.js';
export type { DecodedRequest } from './host-connection.js';
export type { ServiceRequest } from './requests.js';
export type { MethodAnswer, MethodHandler } from './methods.js';
export type { CommandHandler, CommandInput, CommandResult } from './shell-commands.js';
export type { Properties } from './repository.js';
export type { SeedInstance } from './repository/make-instance.js';
export type { SimulatedJob } from './providers/migration-job.js';
export type { Trouble } from './trouble.js';
export { type Recorder, createRecorder } from './recorder.js';
export { ReplayHost } from './replay.js';
export { type RecordedExchange, type Recording, readRecording } from './recording.js';
export { type ScrubOptions, scrub } from './scrub.js';
