import { describe, expect, it } from 'vitest';
import { instancePath } from '../../../src/cim/object-path.js';
import type { HostMigrationState } from '../../../src/hyperv/migrations/host-state.js';
import type { MigrationKind } from '../../../src/hyperv/migrations/options.js';
import { judge } from '../../../src/hyperv/migrations/preflight.js';
import { judgeSecondHop } from '../../../src/hyperv/migrations/second-hop.js';
import { startHost } from './hosts.js';

const state = (name: string, changes: Partial<HostMigrationState> = {}): HostMigrationState => ({
  ...{ name, host: `${name}:5985`, enabled: true, authenticationType: 'Kerberos', smbTransport: false, runningJobs: [] },
  ...{ virtualSystems: { maximum: 2, active: 0 }, storages: { maximum: 2, active: 0 }, listenerAddresses: ['192.0.2.7'], networks: [{} as HostMigrationState['networks'][number]] },
  ...changes,
});
const WORKS = judgeSecondHop('Kerberos', { authenticationType: 'credssp', delegatesTicket: false }, 'node-a', 'node-b');

function findings(changes: { source?: Partial<HostMigrationState>; destination?: Partial<HostMigrationState> | null; type?: MigrationKind; secondHop?: typeof WORKS }) {
  const { source = {}, destination = {}, type = 'VirtualSystem', secondHop = WORKS } = changes;
  const there = destination === null ? null : state('node-b', destination);
  return judge(type, state('node-a', source), there, secondHop, 'node-b').map(({ severity, host }) => `${severity} ${host}`);
}

describe('what bears on a migration', () => {
  it.each<[string, Parameters<typeof findings>[0], readonly string[]]>([
    ['nothing', {}, []],
    ['a source without migrations', { source: { enabled: false } }, ['blocks node-a']],
    ['a destination without migrations', { destination: { enabled: false } }, ['blocks node-b']],
    ['a destination that does not say', { destination: { enabled: null } }, ['risk node-b']],
    ['no migrations, where only storage moves', { source: { enabled: false }, type: 'Storage', destination: null }, []],
    ['a source at its limit', { source: { virtualSystems: { maximum: 2, active: 2 } } }, ['blocks node-a']],
    ['a destination at its limit', { destination: { virtualSystems: { maximum: 1, active: 1 } } }, ['blocks node-b']],
    ['a limit of storage for a machine alone', { source: { storages: { maximum: 0, active: 0 } } }, []],
    ['a limit of storage for both', { source: { storages: { maximum: 1, active: 1 } }, type: 'VirtualSystemAndStorage' }, ['blocks node-a']],
    ['limits that are not told', { source: { virtualSystems: { maximum: null, active: null } } }, []],
    ['no listener', { destination: { listenerAddresses: [] } }, ['blocks node-b']],
    ['no networks', { destination: { networks: [] } }, ['note node-b']],
    ['different authentication', { destination: { authenticationType: 'CredSSP' } }, ['risk node-b']],
    ['memory over SMB', { source: { smbTransport: true } }, ['note node-a']],
    ['no destination', { destination: null }, ['risk node-a']],
    ['the source as destination', { destination: { name: 'node-a' } }, ['blocks node-a']],
    ['the source as destination, where only storage moves', { destination: { name: 'node-a' }, type: 'Storage' }, []],
    ['a second hop that fails', { secondHop: judgeSecondHop('CredSSP', { authenticationType: 'ntlm', delegatesTicket: false }, 'node-a', 'node-b') }, ['blocks node-a']],
    ['a second hop that depends', { secondHop: judgeSecondHop('Kerberos', { authenticationType: 'ntlm', delegatesTicket: false }, 'node-a', 'node-b') }, ['risk node-a']],
    ['a second hop of which nothing is known', { secondHop: judgeSecondHop(null, { authenticationType: 'ntlm', delegatesTicket: false }, 'node-a', 'node-b') }, ['risk node-a']],
    ['a second hop to storage alone', { secondHop: judgeSecondHop('CredSSP', { authenticationType: 'ntlm', delegatesTicket: false }, 'node-a', 'node-b'), type: 'Storage', destination: null }, ['note node-a']],
    ['several, what is worst first', { source: { smbTransport: true }, destination: { enabled: false, authenticationType: 'CredSSP' } }, ['blocks node-b', 'risk node-b', 'note node-a']],
  ])('%s', (_name, changes, expected) => {
    expect(findings(changes)).toEqual(expected);
  });
});

describe('preflight', () => {
  it('reads both hosts, and cannot be sure of a delegation', async () => {
    const [source, destination] = [await startHost('node-a'), await startHost('node-b')];
    const { keys } = source.simulated.addJob({ JobState: 4 });
    source.simulated.addJob({ JobState: 7 });
    destination.simulated.seed([
      { className: 'Msvm_VirtualSystemMigrationNetworkSettingData', properties: { InstanceID: 'n1', SubnetNumber: '192.0.2.0', PrefixLength: 24, Metric: 1 } },
    ]);
    const flight = await source.host.migrations.preflight({ destination: destination.host });
    expect(flight.verdict).toBe('unsure');
    expect(flight.secondHop).toMatchObject({ verdict: 'dependsOnDelegation', missing: 'constrainedDelegation' });
    expect(flight.source).toEqual({
      ...{ name: 'node-a', host: source.host.client.host, enabled: true, authenticationType: 'Kerberos', smbTransport: false },
      ...{ virtualSystems: { maximum: 2, active: 0 }, storages: { maximum: 2, active: 0 }, listenerAddresses: ['192.0.2.7'], networks: [], runningJobs: [keys.InstanceID] },
    });
    expect(flight.destination?.networks).toMatchObject([{ SubnetNumber: '192.0.2.0', PrefixLength: 24 }]);
    expect(flight.findings).toHaveLength(1);
    expect(flight.findings[0]).toMatchObject({ severity: 'risk', host: 'node-a', how: expect.stringContaining('node-b') as string });
  });

  it('says before the start that CredSSP between the hosts and NTLM to the source fail with 0x8009030E', async () => {
    const source = await startHost('node-a');
    source.simulated.update(instancePath('Msvm_VirtualSystemMigrationServiceSettingData', { InstanceID: 'Microsoft:MigrationServiceSettings' }), { AuthenticationType: 0 });
    const { verdict, findings: [first], destination, secondHop } = await source.host.migrations.preflight({ to: 'node-z' });
    expect([verdict, destination, secondHop.missing]).toEqual(['blocked', null, 'credSSP']);
    expect(first).toMatchObject({ severity: 'blocks', what: expect.stringContaining('0x8009030E') as string });
    expect(first?.what).toContain('node-z');
    expect(source.simulated.requests.map(({ method }) => method).filter((method) => method !== null)).toEqual([]);
  });

  it('says that a host takes no migration from itself', async () => {
    const source = await startHost('node-a');
    const { verdict, findings: [first] } = await source.host.migrations.preflight({ destination: source.host });
    expect(verdict).toBe('blocked');
    expect(first).toMatchObject({ severity: 'blocks', what: expect.stringContaining('node-a is source and destination') as string });
  });

  it('refuses an unknown kind', async () => {
    const source = await startHost('node-a');
    await expect(source.host.migrations.preflight({ type: 'Live' as MigrationKind })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
