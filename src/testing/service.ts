/** What the operations of the simulated service share: what they are given, what they answer, how they refuse. */
import type { Schema } from '../schema/class-info.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import type { XmlNode } from '../xml/write.js';
import type { Enumerations } from './enumerations.js';
import type { Fault } from './faults.js';
import type { InstanceSource } from './instance-source.js';
import type { Methods } from './methods.js';
import type { Quota } from './quota.js';
import type { Repository } from './repository.js';
import type { ServiceRequest } from './requests.js';
import type { Shells } from './shells.js';
import type { Subscriptions } from './subscriptions.js';

/** A request on its way to its operation. */
export type Call = {
  readonly request: ServiceRequest;
  /** The body is not read yet, except that of a method. */
  readonly envelope: OpenEnvelope;
  /** `DOMAIN\user`. */
  readonly user: string;
  /** The largest answer that the client takes, in bytes of the envelope. */
  readonly maxEnvelopeSize: number;
  /** How long the service may take, in milliseconds. */
  readonly operationTimeoutMs: number;
};

/** What an operation answers. */
export type Outcome = {
  readonly action: string;
  /** `null` for an empty body. */
  readonly body: XmlNode | null;
  /** Headers beside those of every answer. */
  readonly headers?: readonly XmlNode[];
};

/** Whether the Hyper-V management service runs; it starts some time after WinRM. */
export type Vmms = { isRunning: boolean };

/** What the host is and holds. */
export type HostState = {
  readonly schema: Schema;
  readonly repository: Repository;
  readonly instances: InstanceSource;
  readonly methods: Methods;
  readonly enumerations: Enumerations;
  readonly subscriptions: Subscriptions;
  readonly shells: Shells;
  readonly quota: Quota;
  readonly enumerationTimeoutMs: number;
  /** The Hyper-V management service. While it does not run, its namespace has classes and no instances. */
  readonly vmms: Vmms;
  /** Aborts when the host is closed: nothing waits any longer. */
  readonly closing: AbortSignal;
};

/** Carries out requests of one action. */
export type Operation = (call: Call, host: HostState) => Outcome | Promise<Outcome>;

/** Thrown by an operation to answer with a fault. */
export class ServiceFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.reason);
    this.fault = fault;
  }
}
