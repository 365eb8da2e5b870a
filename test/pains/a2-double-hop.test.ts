import { afterEach, describe, expect, it } from 'vitest';
import { diagnose, onSignal, toJson } from '../../src/index.js';
import type { SimulatedUser } from '../../src/testing/index.js';
import { OFTEN, books, logOn, startCentre } from './world.js';

const NO_CREDENTIALS = 0x8009030e;
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

describe('A2: the source has no credentials for the destination (0x8009030E), and no tool says which delegation is missing', () => {
  it('is told before anything is started: blocked, and the three ways in their order', async () => {
    const centre = await startCentre();
    const { verdict, secondHop, findings } = await logOn(centre, 'hv01').migrations.preflight({ destination: logOn(centre, 'hv02') });
    expect(verdict).toBe('blocked');
    expect(secondHop).toMatchObject({ verdict: 'fails', ways: [{ way: 'constrainedDelegation' }, { way: 'delegatedTicket' }, { way: 'credSSP' }] });
    expect(secondHop.ways[0]!.how).toMatch(/hv01 .*"Microsoft Virtual System Migration Service" of hv02/);
    expect(findings[0]).toMatchObject({ severity: 'blocks', host: 'hv01', what: expect.stringContaining('0x8009030E') as string });
  });

  it('with Kerberos on both hosts it names the delegation that has to be there', async () => {
    const hosts = ['hv01', 'hv02'].map((name) => ({ name, authenticationType: 'Kerberos' as const }));
    const centre = await startCentre({ hosts });
    const { verdict, secondHop, findings } = await logOn(centre, 'hv01').migrations.preflight({ destination: logOn(centre, 'hv02') });
    expect([verdict, secondHop.verdict, secondHop.missing]).toEqual(['unsure', 'dependsOnDelegation', 'constrainedDelegation']);
    expect(findings.map(({ severity, host }) => [severity, host])).toEqual([['risk', 'hv01']]);
  });

  it('hosts that authenticate differently, and one that takes part in no migrations, are told apart', async () => {
    const centre = await startCentre({ hosts: [{ name: 'hv01', authenticationType: 'Kerberos' }, { name: 'hv02', migrationEnabled: false }] });
    const { verdict, findings } = await logOn(centre, 'hv01').migrations.preflight({ destination: logOn(centre, 'hv02') });
    expect(verdict).toBe('blocked');
    expect(findings.filter(({ host }) => host === 'hv02').map(({ severity, what }) => [severity, /EnableVirtualSystemMigration|no address|CredSSP/.exec(what)?.[0]])).toEqual([
      ['blocks', 'EnableVirtualSystemMigration'],
      ['blocks', 'no address'],
      ['risk', 'CredSSP'],
    ]);
  });

  it('afterwards the diagnosis says the same: what is missing, the ways in order, and that nothing had begun', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ code: NO_CREDENTIALS, atPercent: 0 });
    const outcome = await (await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' })).wait(OFTEN);
    const diagnosis = diagnose(outcome.kind === 'failed' ? outcome.errors : []);
    expect(diagnosis).toMatchObject({ cause: { code: NO_CREDENTIALS, name: 'SEC_E_NO_CREDENTIALS', facility: 'FACILITY_SECURITY' }, layer: 'authentication', retry: 'afterFix', begun: false });
    expect(['constrained delegation with protocol transition', 'forwardable Kerberos ticket', 'CredSSP'].map((way) => diagnosis.advice.findIndex((line) => line.includes(way)))).toEqual([0, 1, 2]);
    expect([books(centre), centre.whereIs(id)]).toEqual([[], 'hv01']);
  });

  it('the password is in nothing that is sent to the host, told, stored or published', async () => {
    const user: SimulatedUser = { domain: 'EXAMPLE', username: 'ops', password: 'Second-Hop-7' };
    const centre = await startCentre({ users: [user] });
    const said: string[] = [];
    for (const name of ['hyperv-wsman:call:end', 'hyperv-wsman:handshake', 'hyperv-wsman:migration', 'hyperv-wsman:job'] as const) {
      stops.push(onSignal(name, (message) => said.push(JSON.stringify(message))));
    }
    const auth = { type: 'ntlm', username: 'EXAMPLE\\ops', password: user.password } as const;
    const [source, destination] = ['hv01', 'hv02'].map((name) => logOn(centre, name, { url: centre.host(name).url, auth }));
    const id = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ code: NO_CREDENTIALS });
    const preflight = await source!.migrations.preflight({ destination: destination! });
    const intent = await source!.migrations.intend(id, { to: destination! });
    const job = await source!.migrations.start(intent);
    const { evidence, ...outcome } = await job.wait({ ...OFTEN, destination: destination! });
    said.push(JSON.stringify([preflight, intent, job.reference, outcome, evidence.observations]), JSON.stringify(evidence.status === null ? null : toJson(evidence.status.instance)));
    const sent = centre.hosts.flatMap(({ requests }) => requests.map(({ envelope }) => envelope));
    expect(sent.length).toBeGreaterThan(10);
    expect([...sent, ...said].filter((text) => text.includes(user.password))).toEqual([]);
  });
});
