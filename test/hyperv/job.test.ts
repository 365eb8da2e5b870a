import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toJson } from '../../src/cim/json.js';
import { FaultError, JobGoneError, ProtocolError, ReturnValueError, UsageError } from '../../src/errors.js';
import { HyperVHost } from '../../src/hyperv/host.js';
import { Job, MigrationJob, MsvmErrorListError } from '../../src/hyperv/job.js';
import { DEFAULT_USER, SimulatedHost } from '../../src/testing/index.js';
import { fixture } from '../fixture.js';
import { answering } from '../answering.js';
import { hideComputer } from './support.js';

const GENERAL = fixture('cim/msvm-error-21024.xml');
const CAUSE = fixture('cim/msvm-error-20413.xml');

describe('a migration job on a simulated host', () => {
  let simulated: SimulatedHost;
  let host: HyperVHost;
  beforeAll(async () => {
    simulated = await SimulatedHost.start();
    host = new HyperVHost({ url: simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER } });
  });
  afterAll(async () => {
    await host.close();
    await simulated.close();
  });
  const jobOf = (job: Parameters<SimulatedHost['addJob']>[0]) => host.migrationJob(simulated.addJob(job));

  it.each([2, 4, 7])('has no error in state %i', async (JobState) => {
    const job = jobOf({ JobState });
    expect(await job.getError()).toBeNull();
    expect(await job.getErrorEx()).toEqual([]);
  });

  it('tells the general error, and all of them in the order sent', async () => {
    const job = jobOf({ JobState: 10, errorTexts: [GENERAL, CAUSE] });
    expect((await job.getError())?.MessageID).toBe('21024');
    expect((await job.getErrorEx()).map((error) => error.MessageID)).toEqual(['21024', '20413']);
  });

  it('makes an array of one error', async () => {
    expect(await jobOf({ JobState: 10, errorTexts: [CAUSE] }).getErrorEx()).toHaveLength(1);
  });

  it('gives exactly what the text says', async () => {
    const error = await jobOf({ JobState: 10, errors: [{ Message: 'Ünsinn & <more>\r\n"quoted" 𝄞', MessageArguments: ['', 'ein'], PerceivedSeverity: 7 }] }).getError();
    expect(toJson(error)).toMatchObject({ Message: 'Ünsinn & <more>\r\n"quoted" 𝄞', MessageArguments: ['', 'ein'], PerceivedSeverity: 7, MessageID: null });
  });

  it('says that a job is gone, after the host has shown that it has the class, and itself', async () => {
    const reference = simulated.addJob({ JobState: 10 });
    simulated.removeJob(reference);
    const asked = simulated.requests.length;
    for (const method of ['getError', 'getErrorEx'] as const) {
      const error: unknown = await host.migrationJob(reference)[method]().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(JobGoneError);
      expect(error).toBeInstanceOf(FaultError);
      expect(error).toMatchObject({ code: 'JOB_GONE', subcode: 'DestinationUnreachable', wsman: 2150858752, message: expect.stringContaining(reference.keys.InstanceID) as string });
    }
    const actions = simulated.requests.slice(asked).map((request) => request.method ?? request.action);
    expect(actions.filter((action) => action.endsWith('/Enumerate'))).toHaveLength(4);
    expect(simulated.openEnumerations).toBe(0);
  });

  it.each([{ className: 'Msvm_Nope' }, { namespace: 'root/nowhere' }])('does not say gone of what the host does not have at all: %j', async (wrong) => {
    const reference = { ...simulated.addJob({ JobState: 10 }), ...wrong };
    await expect(host.migrationJob(reference).getError()).rejects.toMatchObject({ code: 'FAULT', subcode: 'DestinationUnreachable' });
  });

  it('does not say gone when the host does not show itself: its management service is stopped', async () => {
    const away = await SimulatedHost.start();
    hideComputer(away);
    const other = new HyperVHost({ url: away.url, auth: { type: 'ntlm', ...DEFAULT_USER } });
    try {
      await expect(other.migrationJob('6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11').getError()).rejects.toMatchObject({ code: 'FAULT', subcode: 'DestinationUnreachable' });
    } finally {
      await other.close();
      await away.close();
    }
  });

  it('passes on the reason of an abort while it finds out whether the job is gone', async () => {
    const reference = simulated.addJob({ JobState: 10 });
    simulated.removeJob(reference);
    const controller = new AbortController();
    simulated.trouble({ when: 'response', kind: 'delay', ms: 30, times: 3 });
    setTimeout(() => controller.abort(new Error('enough')), 45);
    await expect(host.migrationJob(reference).status({ signal: controller.signal })).rejects.toThrow('enough');
  });

  it('tells the status', async () => {
    const { reference } = jobOf({ JobState: 4, properties: { PercentComplete: 42, StatusDescriptions: ['Moving the memory', 'OK'], VirtualSystemName: 'web07' } });
    const status = await host.job(reference).status();
    expect(status).toMatchObject({ reference, phase: 'running', state: 'Running', percent: 42, cancellable: true, description: 'Moving the memory', removalMs: 300_000, elapsedMs: 0 });
    expect(status.instance.VirtualSystemName).toBe('web07');
    expect(Math.abs(Date.parse(status.seenAt) - Date.now())).toBeLessThan(60_000);
  });

  it.each([
    [2, 'running', 'New'],
    [3, 'running', 'Starting'],
    [7, 'succeeded', 'Completed'],
    [8, 'cancelled', 'Terminated'],
    [9, 'cancelled', 'Killed'],
    [10, 'failed', 'Exception'],
    [32768, 'succeeded', 'Completed with Warnings'],
    [12_345, 'running', 'DMTF Reserved'],
    [40_000, 'running', 'Vendor Reserved'],
  ])('takes JobState %i for %s', async (JobState, phase, state) => {
    const status = await jobOf({ JobState }).status();
    expect([status.phase, status.state]).toEqual([phase, state]);
  });

  it('is a MigrationJob when its class says so, whatever its letter case', () => {
    const { reference } = jobOf({ JobState: 4 });
    expect(host.job({ ...reference, className: 'msvm_migrationjob' })).toBeInstanceOf(MigrationJob);
    const other = host.job({ ...reference, className: 'Msvm_StorageJob' });
    expect(other).toBeInstanceOf(Job);
    expect(other).not.toBeInstanceOf(MigrationJob);
  });

  it('carries the text that is no CIM-XML', async () => {
    const job = jobOf({ JobState: 10, errorTexts: ['No reason given.'] });
    await expect(job.getError()).rejects.toMatchObject({ code: 'PROTOCOL', text: 'No reason given.', asked: expect.stringContaining('GetError of Msvm_MigrationJob on 127.0.0.1') as string });
  });

  it('carries what decoded and every text when one of several does not', async () => {
    const job = jobOf({ JobState: 10, errorTexts: [GENERAL, 'junk', CAUSE] });
    const error = await job.getErrorEx().catch((caught: unknown) => caught as MsvmErrorListError);
    expect(error).toBeInstanceOf(MsvmErrorListError);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ code: 'PROTOCOL', text: 'junk', texts: [GENERAL, 'junk', CAUSE] });
    expect((error as MsvmErrorListError).decoded.map((one) => one.MessageID)).toEqual(['21024', '20413']);
  });

  it('can be picked up by its reference elsewhere, but not on another host', async () => {
    const { reference } = jobOf({ JobState: 10, errorTexts: [GENERAL] });
    const again = new HyperVHost({ client: host.client }).migrationJob(JSON.parse(JSON.stringify(reference)) as typeof reference);
    expect((await again.getError())?.MessageID).toBe('21024');
    expect(() => host.migrationJob({ ...reference, host: 'hv02:5985' })).toThrow(UsageError);
  });

  it('leaves a client open that was handed in', async () => {
    await new HyperVHost({ client: host.client }).close();
    await expect(host.client.identify()).resolves.toMatchObject({ productVendor: 'Microsoft Corporation' });
  });
});

describe('answers that the simulated host does not give', () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });
  const jobAnswering = async (body: string) => {
    const { url, stop } = await answering(body);
    const host = new HyperVHost({ url, auth: { type: 'none' }, allowInsecure: ['none'] });
    stops.push(stop, () => host.close());
    return host.migrationJob('6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11');
  };

  it.each([
    [32768, 'Failed'],
    [32769, 'Access Denied'],
    [32778, 'Out of memory'],
    [5, null],
  ])('throws ReturnValueError for %i', async (returnValue, returnValueName) => {
    const job = await jobAnswering(`<p:GetError_OUTPUT><p:ReturnValue>${returnValue}</p:ReturnValue></p:GetError_OUTPUT>`);
    const error: unknown = await job.getError().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ReturnValueError);
    expect(error).toMatchObject({ code: 'RETURN_VALUE', method: 'GetError', returnValue, returnValueName });
  });

  it.each([
    ['absent', ''],
    ['nil', '<p:Error xsi:nil="true"/>'],
    ['empty', '<p:Error></p:Error>'],
  ])('reads an Error that is %s as none', async (_name, parameter) => {
    const job = await jobAnswering(`<p:GetError_OUTPUT>${parameter}<p:ReturnValue>0</p:ReturnValue></p:GetError_OUTPUT>`);
    expect(await job.getError()).toBeNull();
  });

  it.each([
    ['absent', ''],
    ['nil', '<p:Errors xsi:nil="true"/>'],
    ['empty', '<p:Errors/>'],
  ])('reads Errors that are %s as none', async (_name, parameter) => {
    const job = await jobAnswering(`<p:GetErrorEx_OUTPUT>${parameter}<p:ReturnValue>0</p:ReturnValue></p:GetErrorEx_OUTPUT>`);
    expect(await job.getErrorEx()).toEqual([]);
  });

  it('decodes an Error of child elements to the same object as text', async () => {
    const members = '<e:CIMStatusCode>1</e:CIMStatusCode><e:ErrorSource xsi:nil="true"/><e:ErrorType>4</e:ErrorType><e:MessageArguments>only</e:MessageArguments><e:MessageID>21024</e:MessageID>';
    const children = await jobAnswering(`<p:GetError_OUTPUT><p:Error xmlns:e="urn:e" xsi:type="e:Msvm_Error_Type">${members}</p:Error><p:ReturnValue>0</p:ReturnValue></p:GetError_OUTPUT>`);
    const text =
      '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="CIMStatusCode" TYPE="uint32"><VALUE>1</VALUE></PROPERTY><PROPERTY NAME="ErrorType" TYPE="uint16"><VALUE>4</VALUE></PROPERTY>' +
      '<PROPERTY.ARRAY NAME="MessageArguments" TYPE="string"><VALUE.ARRAY><VALUE>only</VALUE></VALUE.ARRAY></PROPERTY.ARRAY><PROPERTY NAME="MessageID" TYPE="string"><VALUE>21024</VALUE></PROPERTY></INSTANCE>';
    const asText = await jobAnswering(`<p:GetError_OUTPUT><p:Error><![CDATA[${text}]]></p:Error><p:ReturnValue>0</p:ReturnValue></p:GetError_OUTPUT>`);
    expect(await children.getError()).toEqual(await asText.getError());
    expect((await children.getError())?.MessageArguments).toEqual(['only']);
  });

  it.each([
    ['two errors', '<p:Error>a</p:Error><p:Error>b</p:Error>', '2 errors'],
    ['a date', '<p:Error><c:Datetime xmlns:c="http://schemas.dmtf.org/wbem/wscim/1/common">2026-10-05T04:23:50Z</c:Datetime></p:Error>', 'neither'],
  ])('refuses %s where one error must be', async (_name, parameter, message) => {
    const job = await jobAnswering(`<p:GetError_OUTPUT>${parameter}<p:ReturnValue>0</p:ReturnValue></p:GetError_OUTPUT>`);
    await expect(job.getError()).rejects.toMatchObject({ code: 'PROTOCOL', message: expect.stringContaining(message) as string, asked: expect.stringContaining('GetError') as string });
  });

  it('does not say gone when the host cannot enumerate the class', async () => {
    const job = await jobAnswering(fixture('wsman/fault-destination-unreachable.xml').replace(/^.*<s:Body>|<\/s:Body>.*$/gs, ''));
    await expect(job.getError()).rejects.toMatchObject({ code: 'FAULT', subcode: 'DestinationUnreachable', asked: expect.stringContaining('GetError') as string });
  });
});
