import { describe, expect, it } from 'vitest';
import { linesOf, startCentre } from './centre.js';

const INTEL_AND_AMD = [{ name: 'hv01', processor: 'GenuineIntel Family 6 Model 106' }, { name: 'hv02', processor: 'AuthenticAMD Family 25 Model 1' }];

describe('hyperv-wsman precheck', () => {
  it('asks the source, and the destination where it is told', async () => {
    const { cli, url, centre } = await startCentre();
    expect(await cli(['precheck', 'web01', '--to', 'hv02'])).toEqual({ status: 0, stdout: 'web01 can be migrated\n\nCheckVirtualSystemIsMigratable: passed\n', stderr: '' });
    const { status, stdout } = await cli(['precheck', 'web01', '--to-url', url('hv02'), '--json']);
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      {
        machine: 'web01',
        verdict: 'migratable',
        checks: ['CheckVirtualSystemIsMigratable', 'CheckSystemCompatibilityInfo'].map((name) => ({ name, verdict: 'passed', reasons: [], error: null, diagnosis: null })),
      },
    ]);
    expect(centre.migrations).toEqual([]);
  });

  it('says why a machine cannot be migrated, and exits with 1', async () => {
    const { cli, url } = await startCentre({ hosts: INTEL_AND_AMD });
    const { status, stdout } = await cli(['precheck', 'web01', '--to-url', url('hv02')]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^web01 cannot be migrated\n\nCheckVirtualSystemIsMigratable: failed\n\n.*processor/s);
    expect(stdout).toMatch(/\n\nweb01: .*\n {2}layer .*\n {2}machine .*\n {2}source host +hv01\n/);
    expect(stdout).toMatch(/\n\nCheckSystemCompatibilityInfo: failed\n\n/);
  });

  it('exits with 3 when a host does not tell', async () => {
    const { cli, centre } = await startCentre();
    centre.host('hv01').onInvoke('Msvm_VirtualSystemMigrationService', 'CheckVirtualSystemIsMigratable', () => ({ returnValue: 32778 }));
    const run = await cli(['precheck', 'web01', '--to', 'hv02', '--json']);
    expect(run.status).toBe(3);
    expect(JSON.parse(run.stdout)).toMatchObject({ verdict: 'unknown', checks: [{ verdict: 'unknown', error: expect.stringContaining('32778') as string }] });
    expect((await cli(['precheck', 'web01', '--to', 'hv02'])).stdout).toMatch(/^web01 may or may not be migratable\n\nCheckVirtualSystemIsMigratable: unknown: .*32778/);
  });

  it.each<[message: RegExp, argv: readonly string[]]>([
    [/Where to\? Give --to NAME/, []],
    [/--type Storage stays on its host/, ['--type', 'Storage', '--to', 'hv02']],
    [/has no property Speed/, ['--to', 'hv02', '--setting', 'Speed=5']],
    [/TransportType: .*fast/, ['--to', 'hv02', '--setting', 'TransportType=fast']],
    [/--fingerprint is of the certificate of one host/, ['--to-url', 'https://hv02', '--fingerprint', 'ab'.repeat(32)]],
  ])('refuses: %s', async (message, argv) => {
    const { cli } = await startCentre();
    const run = await cli(['precheck', 'web01', ...argv]);
    expect([run.status, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toMatch(message);
  });
});

describe('hyperv-wsman preflight', () => {
  it('names what blocks a migration, and exits with 1', async () => {
    const { cli, url } = await startCentre();
    const { status, stdout } = await cli(['preflight', '--to-url', url('hv02')]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^Blocked: .*\n\nblocks {2}hv01 gets no credentials that it could use on hv02: .*0x8009030E\n {8}\S/);
    expect(stdout).toMatch(/\n\nhv01: CredSSP, 0 of 2 migrations .*\nhv02: CredSSP, .*listens at 10\.20\.0\.\d+\n$/);
  });

  it('exits with 0 when there are only risks, and has everything in JSON', async () => {
    const hosts = ['hv01', 'hv02'].map((name) => ({ name, authenticationType: 'Kerberos' as const }));
    const { cli, url } = await startCentre({ hosts });
    const { status, stdout } = await cli(['preflight', '--to-url', url('hv02'), '--to', 'hv02.example', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'unsure',
      findings: [{ severity: 'risk', what: expect.stringContaining('hv02.example') as string }],
      secondHop: { verdict: 'dependsOnDelegation', missing: 'constrainedDelegation' },
      source: { name: 'hv01', authenticationType: 'Kerberos', networks: expect.any(Array) as string[] },
      destination: { name: 'hv02.example' },
    });
  });

  it('looks at the source alone when nothing else is given', async () => {
    const { cli } = await startCentre();
    const run = await cli(['preflight', '--type', 'Storage', '--json']);
    expect(run.status).toBe(0);
    expect(linesOf({ stdout: JSON.stringify(JSON.parse(run.stdout)) })).toMatchObject([{ verdict: 'ready', destination: null }]);
  });
});
