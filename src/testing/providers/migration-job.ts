import { encodeCimXml } from '../../cim/cim-xml.js';
import { CimDateTime, CimInterval } from '../../cim/datetime.js';
import { createInstance, pathOf } from '../../cim/instance.js';
import { DEFAULT_NAMESPACE, type InstancePath } from '../../cim/object-path.js';
import { type CimValue, formatCimScalar } from '../../cim/types.js';
import { UsageError } from '../../errors.js';
import type { MsvmError } from '../../hyperv/error.js';
import { MSVM_ERROR_PROPERTIES } from '../../schema/msvm-error.js';
import type { Schema } from '../../schema/class-info.js';
import { JobState as JobStates } from '../../schema/generated/value-maps.js';
import { characterAt, illegalCharacterIn } from '../../xml/characters.js';
import type { Methods } from '../methods.js';
import { pathIdentity } from '../repository/identity.js';
import { WmiError } from '../repository/wmi-error.js';
import type { Properties, Repository } from '../repository.js';

/** A job to put on a simulated host. */
export type SimulatedJob = {
  /** A GUID in any letter case, braces allowed; default: a new one. A job with this id is replaced. */
  readonly InstanceID?: string;
  /** A class that derives from CIM_ConcreteJob; default Msvm_MigrationJob. */
  readonly className?: string;
  /** A number of `JobState`: 4 runs, 7 is completed, 10 has failed. */
  readonly JobState: number;
  /**
   * What GetErrorEx answers, the general error first; GetError answers the first one. Each becomes the CIM-XML text of a
   * whole Msvm_Error, and what is left out is null. Default none.
   */
  readonly errors?: readonly Partial<MsvmError>[];
  /** What GetErrorEx and GetError answer instead of `errors`, as it stands: to see what happens when it is no Msvm_Error. */
  readonly errorTexts?: readonly string[];
  /** Any other properties of its class, as `SimulatedHost.seed` takes them; those that are not given have plausible values. */
  readonly properties?: Properties;
};

const CLASS_NAME = 'Msvm_MigrationJob';
/** Every class of jobs that has GetError and GetErrorEx derives from it. */
const JOB_CLASS = 'CIM_ConcreteJob';
const SUCCEEDED: readonly number[] = [7, 32768];
const ENDED: readonly number[] = [7, 8, 9, 10, 32768];

/** The jobs of a host: instances of its repository, and the error texts of each. */
export class MigrationJobs {
  readonly #repository: Repository;
  readonly #schema: Schema;
  readonly #texts = new Map<string, readonly string[]>();

  /** Registers GetError and GetErrorEx of every class of jobs; a job without texts answers that it has no error. */
  constructor(repository: Repository, methods: Methods, schema: Schema) {
    this.#repository = repository;
    this.#schema = schema;
    methods.add(JOB_CLASS, 'GetError', (path) => ({ returnValue: 0, out: { Error: this.#textsOf(path)[0] ?? null } }));
    methods.add(JOB_CLASS, 'GetErrorEx', (path) => ({ returnValue: 0, out: { Errors: this.#textsOf(path) } }));
  }

  /**
   * The class of a job, as the schema spells it.
   *
   * @throws UsageError - it is no class of jobs
   */
  className({ className = CLASS_NAME }: SimulatedJob): string {
    if (!this.#schema.isA(className, JOB_CLASS)) throw new UsageError(`className: ${className} does not derive from ${JOB_CLASS}`);
    return this.#schema.classInfo(className)!.name;
  }

  /**
   * Puts a job on the host, in place of one with the same id.
   *
   * @throws UsageError - a JobState, a property or an error that Hyper-V could not hold, or a text that XML cannot carry
   */
  add(path: InstancePath, job: SimulatedJob, now: Date): void {
    formatCimScalar('uint16', job.JobState);
    const texts = job.errorTexts ?? (job.errors ?? []).map(errorText);
    for (const text of texts) checkText(text);
    const { className } = path;
    const known = this.#schema.classInfo(className)!.properties;
    const usual = Object.entries(jobProperties(path, job, now)).filter(([name]) => known.has(name));
    this.#repository.seed([{ className, properties: { ...Object.fromEntries(usual), ...job.properties }, keys: path.keys }]);
    this.#texts.set(pathIdentity(path), texts);
  }

  /** Takes a job off the host, as Hyper-V does five minutes after its end; one that is not there stays away. */
  remove(path: InstancePath): void {
    this.#texts.delete(pathIdentity(path));
    try {
      this.#repository.delete(path);
    } catch (error) {
      if (!(error instanceof WmiError && error.statusName === 'notFound')) throw error;
    }
  }

  /** Takes every job off the host, as a reboot does. */
  clear(): void {
    this.#texts.clear();
    for (const job of [...this.#repository.enumerate(DEFAULT_NAMESPACE, JOB_CLASS)]) this.#repository.delete(pathOf(job)!);
  }

  #textsOf(path: InstancePath): readonly string[] {
    return this.#texts.get(pathIdentity(path)) ?? [];
  }
}

/** The text Hyper-V writes: all 15 properties in alphabetical order, nulls among them. */
function errorText(error: Partial<MsvmError>): string {
  const given = error as Readonly<Record<string, CimValue | undefined>>;
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(MSVM_ERROR_PROPERTIES, name));
  if (unknown !== undefined) throw new UsageError(`errors: Msvm_Error has no property ${unknown}`);
  const properties = Object.keys(MSVM_ERROR_PROPERTIES).map((name) => [name, given[name] ?? null] as const);
  return encodeCimXml(createInstance({ className: 'Msvm_Error', properties, types: MSVM_ERROR_PROPERTIES }), { references: 'named' });
}

function checkText(text: string): void {
  const offset = illegalCharacterIn(text);
  if (offset >= 0) throw new UsageError(`errorTexts: ${characterAt(text, offset)} at offset ${offset} cannot stand in XML`);
}

/** The job as a Get shows it; what the class declares and is not listed here is null, as on a real host. */
function jobProperties({ keys }: InstancePath, { JobState, errors = [] }: SimulatedJob, now: Date): Readonly<Record<string, CimValue>> {
  const time = CimDateTime.fromDate(now);
  const hasSucceeded = SUCCEEDED.includes(JobState);
  const hasEnded = ENDED.includes(JobState);
  const description = errors[0]?.Message ?? '';
  const status = JobStates.name(JobState) ?? `State ${JobState}`;
  return {
    Cancellable: !hasEnded,
    Caption: 'Live migration',
    DeleteOnCompletion: false,
    Description: 'Moves a virtual machine to another host',
    ElapsedTime: CimInterval.fromMilliseconds(0),
    ElementName: 'Live migration',
    ErrorCode: hasEnded && !hasSucceeded ? 32768 : 0,
    ErrorDescription: description,
    ErrorSummaryDescription: description,
    HealthState: 5,
    InstallDate: CimDateTime.parse('1601-01-01T00:00:00Z'),
    InstanceID: keys.InstanceID!,
    JobRunTimes: 1,
    JobState,
    JobStatus: status,
    JobType: 305,
    LocalOrUtcTime: 2,
    Name: 'Live migration',
    Notify: '',
    OperationalStatus: hasEnded ? [17, 2] : [2],
    OtherRecoveryAction: '',
    Owner: 'NT AUTHORITY\\SYSTEM',
    PercentComplete: hasSucceeded ? 100 : 50,
    Priority: 0,
    RecoveryAction: 2,
    ScheduledStartTime: time,
    StartTime: time,
    Status: 'OK',
    StatusDescriptions: hasEnded ? [status, 'OK'] : [status],
    TimeBeforeRemoval: CimInterval.parse('P0DT0H5M0S'),
    TimeOfLastStateChange: time,
    TimeSubmitted: time,
    VirtualSystemName: 'web01',
  };
}
