import { describe, expect, it } from 'vitest';
import { TransportError, UsageError } from '../../../src/index.js';
import { DEFAULT_USER, SimulatedDataCentre, type SimulatedDataCentreOptions, SimulatedHost } from '../../../src/testing/index.js';
import { clientOf, startHost } from '../support.js';
import { ask, clientAt, startCentre } from './centre-support.js';

describe('a data centre', () => {
  it('has hosts that call themselves by their names, with accounts of their own', async () => {
    const centre = await startCentre();
    expect(centre.hosts.map(({ name }) => name)).toEqual(['hv01', 'hv02']);
    expect(centre.host('HV02')).toBe(centre.hosts[1]);
    await clientAt(centre, 'hv02').identify();
    const { stdout } = await clientAt(centre, 'hv02').run('hostname');
    expect(stdout).toBe('hv02\r\n');
    expect(centre.host('hv02').requests[0]?.user).toBe('hv02\\Administrator');
    const secret = { username: 'ops', password: 'Geheim-1' };
    const other = await startCentre({ hosts: ['hv01'], users: [secret] });
    await clientOf(other.host('hv01'), { auth: { type: 'ntlm', ...secret } }).identify();
    await expect(clientOf(other.host('hv01'), { auth: { type: 'ntlm', ...DEFAULT_USER } }).identify()).rejects.toMatchObject({ code: 'AUTH' });
  });

  it.each<[string, SimulatedDataCentreOptions]>([
    ['no host', { hosts: [] }],
    ['two hosts of one name', { hosts: ['hv01', 'HV01'] }],
    ['a name that is none', { hosts: ['hv01.example'] }],
    ['a time that is none', { hosts: ['hv01'], migrationMs: -1 }],
    ['a hand-over that is no time', { hosts: ['hv01'], handOverMs: 1.5 }],
    ['a lifetime that no timer can hold', { hosts: ['hv01'], jobLifetimeMs: Infinity }],
    ['a user that is none', { hosts: ['hv01', 'hv02'], users: [{ username: '', password: 'x' }] }],
  ])('cannot have %s', async (_what, options) => {
    await expect(SimulatedDataCentre.start(options)).rejects.toBeInstanceOf(UsageError);
  });

  it('knows its machines', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('HV01', { name: 'web01' });
    expect(id).toMatch(/^[\dA-F]{8}(-[\dA-F]{4}){3}-[\dA-F]{12}$/);
    expect(centre.whereIs(id)).toBe('hv01');
    expect(centre.whereIs('5D0C1B8E-2F47-4A96-B3C8-71E9A04D6F25')).toBeNull();
    expect(() => centre.addMachine('hv02', { id, name: 'web02' })).toThrow(UsageError);
    expect(() => centre.addMachine('hv99', { name: 'web02' })).toThrow(/hv01, hv02/);
  });

  it('can be closed in the middle, twice', async () => {
    const centre = await startCentre({ migrationMs: 10_000 });
    await ask(clientAt(centre, 'hv01'), 'hv01', centre.addMachine('hv01', { name: 'web01' }), {});
    const { url } = centre.host('hv02');
    await Promise.all([centre.close(), centre.close()]);
    expect(centre.migrations[0]?.end).toBeNull();
    await expect(clientOf(await startHost(), { url }).identify()).rejects.toBeInstanceOf(TransportError);
  });
});

describe('a simulated host', () => {
  it.each(['', 'hv01.example', 'x'.repeat(16)])('cannot be called %j', async (name) => {
    await expect(SimulatedHost.start({ name })).rejects.toBeInstanceOf(UsageError);
  });

  it('has jobs of every class, with the properties that it was given', async () => {
    const host = await startHost();
    const reference = host.addJob({ className: 'msvm_concretejob', JobState: 4, properties: { PercentComplete: 37, Cancellable: false } });
    expect(reference.className).toBe('Msvm_ConcreteJob');
    const { className, keys } = reference;
    const path = { namespace: 'root/virtualization/v2', className, keys };
    expect(await clientOf(host).get(path)).toMatchObject({ JobState: 4, PercentComplete: 37, Cancellable: false });
    expect(host.get(path).PercentComplete).toBe(37);
    host.removeJob(reference);
    expect(() => host.get(path)).toThrow(UsageError);
    for (const job of [{ className: 'Msvm_Error' }, { className: 'Nobody' }, { properties: { Nothing: 1 } }]) {
      expect(() => host.addJob({ JobState: 4, ...job })).toThrow(UsageError);
    }
  });
});
