import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/index.js';
import type { SimulatedCentreHost } from '../../src/testing/index.js';
import { OFTEN, books, logOn, startCentre } from './world.js';

describe('A9: nothing tells beforehand whether a migration will work, and a check mode that checks nothing lies', () => {
  it.each<[what: string, destination: SimulatedCentreHost, state: 'running' | 'off', verdict: 'migratable' | 'notMigratable']>([
    ['an equal host', { name: 'hv02' }, 'running', 'migratable'],
    ['other processors, for a machine that runs', { name: 'hv02', processor: 'AuthenticAMD Family 25' }, 'running', 'notMigratable'],
    ['other processors, for a machine that is off', { name: 'hv02', processor: 'AuthenticAMD Family 25' }, 'off', 'migratable'],
    ['a host that takes no migrations', { name: 'hv02', migrationEnabled: false }, 'running', 'notMigratable'],
  ])('%s: what the precheck says is what happens', async (_what, second, state, verdict) => {
    const centre = await startCentre({ hosts: ['hv01', second] });
    const [source, destination] = [logOn(centre, 'hv01'), logOn(centre, 'hv02')];
    const id = centre.addMachine('hv01', { name: 'web01', state });
    const precheck = await source.migrations.precheck('web01', { to: destination });
    expect(precheck.verdict).toBe(verdict);
    expect(precheck.checks.map(({ name }) => name)).toEqual(['CheckVirtualSystemIsMigratable', 'CheckSystemCompatibilityInfo']);
    expect([books(centre), centre.whereIs(id)]).toEqual([[], 'hv01']);

    const outcome = await (await source.migrations.start(id, { to: destination })).wait(OFTEN);
    expect(outcome.kind).toBe(verdict === 'migratable' ? 'succeeded' : 'failed');
    expect(centre.whereIs(id)).toBe(verdict === 'migratable' ? 'hv02' : 'hv01');
  });

  it('the reasons are there, of both hosts', async () => {
    const centre = await startCentre({ hosts: ['hv01', { name: 'hv02', processor: 'AuthenticAMD Family 25' }] });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const { checks } = await logOn(centre, 'hv01').migrations.precheck(id, { to: logOn(centre, 'hv02') });
    expect(checks.map(({ verdict }) => verdict)).toEqual(['failed', 'failed']);
    for (const { reasons, error } of checks) {
      expect(error).toBeNull();
      expect(reasons.at(-1)?.Message).toMatch(/processor.*'hv02'/);
    }
  });

  it('a reason with a code is explained as a failure would be', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ code: 0x80070070, atPercent: 0 });
    const { verdict, checks } = await logOn(centre, 'hv01').migrations.precheck(id, { to: 'hv02' });
    expect([verdict, checks.length]).toEqual(['notMigratable', 1]);
    expect(diagnose(checks[0]!.reasons)).toMatchObject({ cause: { name: 'ERROR_DISK_FULL' }, layer: 'storage', machine: { name: 'web01', id } });
    expect(books(centre)).toEqual([]);
  });

  it('a check that could not be made is not one that was passed', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    const destination = logOn(centre, 'hv02', { url: centre.host('hv02').url, auth: { type: 'ntlm', username: 'ops', password: 'wrong' } });
    const { verdict, checks } = await logOn(centre, 'hv01').migrations.precheck(id, { to: destination });
    expect(verdict).toBe('unknown');
    expect(checks).toMatchObject([{ verdict: 'passed', error: null }, { verdict: 'unknown', error: { code: 'AUTH' } }]);
  });
});
