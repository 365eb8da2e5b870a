import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instancePath } from '../../src/cim/object-path.js';
import { OutcomeUnknownError, ProtocolError, ReturnValueError } from '../../src/errors.js';
import { HyperVHost } from '../../src/hyperv/host.js';
import { Job, MigrationJob } from '../../src/hyperv/job.js';
import { answering } from '../answering.js';
import { MACHINE, type Rig, countOf, seedMachine, startRig } from './support.js';

const machine = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: MACHINE });
const JOB_ID = '9E4B7A10-33C6-4D2F-B5E8-70A1F6C2D948';

describe('invokeMethod, by host.invoke', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    seedMachine(rig.simulated);
  });
  afterAll(() => rig.close());
  const answer = (returnValue: number, out = {}): void => rig.simulated.onInvoke('Msvm_ComputerSystem', 'RequestStateChange', () => ({ returnValue, out }));
  const invoke = () => rig.host.invoke(machine, 'RequestStateChange', { RequestedState: 2 });

  it('has no job when the method is done', async () => {
    answer(0);
    expect(await invoke()).toMatchObject({ returnValue: 0, job: null });
  });

  it.each(['Msvm_ConcreteJob', 'Msvm_StorageJob', 'Msvm_MigrationJob'] as const)('gives the job that was answered, of its class: %s', async (className) => {
    const reference = rig.simulated.addJob({ InstanceID: JOB_ID, JobState: 7, className });
    answer(4096, { Job: instancePath(className, reference.keys) });
    const { returnValue, job } = await invoke();
    expect(returnValue).toBe(4096);
    expect(job).toBeInstanceOf(className === 'Msvm_MigrationJob' ? MigrationJob : Job);
    expect(job?.reference).toEqual({ host: rig.host.client.host, namespace: 'root/virtualization/v2', className, keys: { InstanceID: JOB_ID } });
    expect(await job?.wait()).toMatchObject({ kind: 'succeeded' });
  });

  it('refuses an answer that goes on in a job and names none', async () => {
    answer(4096);
    await expect(invoke()).rejects.toBeInstanceOf(ProtocolError);
  });

  it('takes 4096 without a job from a method that has no parameter for one', async () => {
    const job = rig.simulated.addJob({ JobState: 4 });
    rig.simulated.onInvoke('Msvm_MigrationJob', 'RequestStateChange', () => ({ returnValue: 4096 }));
    expect(await rig.host.invoke(instancePath('Msvm_MigrationJob', job.keys), 'RequestStateChange', { RequestedState: 4 })).toMatchObject({ returnValue: 4096, job: null });
  });

  it('refuses a migration job whose InstanceID is no GUID', async () => {
    answer(4096, { Job: instancePath('Msvm_MigrationJob', { InstanceID: 'job-1' }) });
    await expect(invoke()).rejects.toBeInstanceOf(ProtocolError);
  });

  it('gives the job of a method that is done and sends one all the same', async () => {
    answer(0, { Job: instancePath('Msvm_ConcreteJob', { InstanceID: 'not a GUID' }) });
    expect((await invoke()).job?.reference.keys.InstanceID).toBe('not a GUID');
  });

  it.each([
    [32775, 'Invalid state for this operation'],
    [99, null],
  ])('throws a value that means failure: %i', async (returnValue, returnValueName) => {
    answer(returnValue);
    const error: unknown = await invoke().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ReturnValueError);
    expect(error).toMatchObject({ method: 'RequestStateChange', returnValue, returnValueName, asked: `RequestStateChange of Msvm_ComputerSystem on ${rig.host.client.host}` });
  });

  it('is not sent twice', async () => {
    answer(0);
    const from = rig.simulated.requests.length;
    rig.simulated.trouble({ when: 'response', kind: 'drop' });
    await expect(invoke()).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(countOf(rig.simulated, 'RequestStateChange', from)).toBe(1);
  });

  it('refuses a Job that is no reference to one', async () => {
    const { url, stop } = await answering('<p:RequestStateChange_OUTPUT><p:Job>soon</p:Job><p:ReturnValue>4096</p:ReturnValue></p:RequestStateChange_OUTPUT>');
    const host = new HyperVHost({ url, auth: { type: 'none' }, allowInsecure: ['none'] });
    await expect(host.invoke(instancePath('Other_System', { Name: 'a' }), 'RequestStateChange')).rejects.toBeInstanceOf(ProtocolError);
    await host.close();
    await stop();
  });
});
