/**
 * hyperv-wsman/testing: a simulated Hyper-V host, to test your own orchestration against.
 *
 * @module
 */
export { SimulatedHost, type SimulatedHostOptions } from './simulated-host.js';
export { type CertificateOptions, createCertificate } from './certificate.js';
export { DEFAULT_USER, type SimulatedUser } from './user-store.js';
export type { DecodedRequest } from './host-connection.js';
export type { ServiceRequest } from './requests.js';
export type { SimulatedJob } from './providers/migration-job.js';
export type { Trouble } from './trouble.js';
