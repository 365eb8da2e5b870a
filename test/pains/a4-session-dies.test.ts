import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JobReference, type MigrationIntent, MigrationStartUnknownError, onSignal } from '../../src/index.js';
import { DEFAULT_USER } from '../../src/testing/index.js';
import { makePackage } from '../package/make-package.js';
import { OFTEN, books, jumpingClock, logOn, startCentre } from './world.js';

/** Starts the migration of a machine, prints its reference, and waits for its end. */
const PROGRAM = `
import { HyperVHost } from 'hyperv-wsman';
const { URL_OF_HOST: url, MACHINE: machine, HYPERV_USER: username, HYPERV_PASSWORD: password } = process.env;
const host = new HyperVHost({ url, auth: { type: 'ntlm', username, password } });
const job = await host.migrations.start(machine, { to: 'hv02' });
console.log(JSON.stringify(job.reference));
await job.wait();
console.log('ended');
await host.close();
`;

/** Does something when the migration is about to be asked for. */
function atRequest(act: () => void): void {
  const stop = onSignal('hyperv-wsman:call:start', ({ call }) => {
    if (!call.asked.startsWith('MigrateVirtualSystemToHost')) return;
    stop();
    act();
  });
}

let folder: string;
beforeAll(() => {
  folder = makePackage();
  writeFileSync(join(folder, 'program.mjs'), PROGRAM);
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('A4: the session dies, and the migration or whoever waits for it dies with it', () => {
  it('a program is killed in the middle: the migration goes on, and another process takes it up by its reference', async () => {
    const centre = await startCentre({ migrationMs: 10_000 });
    const { jump } = jumpingClock();
    const id = centre.addMachine('hv01', { name: 'web01' });
    const env = { URL_OF_HOST: centre.host('hv01').url, MACHINE: id, HYPERV_USER: DEFAULT_USER.username, HYPERV_PASSWORD: DEFAULT_USER.password };
    const child = spawn(process.execPath, [join(folder, 'program.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      child.kill('SIGKILL');
    });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: null }]);

    jump(10_000);
    const reference = JSON.parse(lines[0]!) as JobReference;
    const outcome = await logOn(centre, 'hv01').migrationJob(reference).wait(OFTEN);
    expect([lines.length, outcome.kind, centre.whereIs(id)]).toEqual([1, 'succeeded', 'hv02']);
    expect(reference.keys.InstanceID).toBe(centre.migrations[0]!.id);
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: 'completed' }]);
  });

  it('a client is closed in the middle: its waiting ends, the migration does not', async () => {
    const centre = await startCentre({ migrationMs: 1500 });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const first = logOn(centre, 'hv01');
    const job = await first.migrations.start(id, { to: 'hv02' });
    const waiting = job.wait(OFTEN);
    const ended = expect(waiting).rejects.toMatchObject({ code: 'USAGE' });
    await first.close();
    await ended;
    const reference = JSON.parse(JSON.stringify(job.reference)) as JobReference;
    expect((await logOn(centre, 'hv01').job(reference).wait(OFTEN)).kind).toBe('succeeded');
    expect(centre.whereIs(id)).toBe('hv02');
  });

  it('connections are cut again and again: the waiting goes on, and says so', async () => {
    const centre = await startCentre({ migrationMs: 400 });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const job = await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' });
    centre.host('hv01').trouble({ when: 'response', kind: 'drop', times: 7 });
    centre.host('hv01').trouble({ when: 'request', kind: 'status', status: 503, times: 3 });
    const outcome = await job.wait(OFTEN);
    expect(outcome.kind).toBe('succeeded');
    expect(outcome.evidence.observations.map(({ seen }) => seen)).toContain('The host answers again');
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: 'completed' }]);
  });

  it('the answer to the request is lost: the job that it began is found, and no second one is begun', async () => {
    const centre = await startCentre({ migrationMs: 400 });
    const [source, destination] = [logOn(centre, 'hv01'), logOn(centre, 'hv02')];
    const id = centre.addMachine('hv01', { name: 'web01' });
    await source.migrations.precheck(id, { to: destination });
    const intent = await source.migrations.intend(id, { to: destination });
    atRequest(() => centre.host('hv01').trouble({ when: 'response', kind: 'drop' }));
    const lost: unknown = await source.migrations.start(intent).catch((error: unknown) => error);
    if (!(lost instanceof MigrationStartUnknownError)) throw new Error('The start did not end open', { cause: lost });
    expect(centre.migrations).toHaveLength(1);

    const stored = JSON.parse(JSON.stringify(lost.intent)) as MigrationIntent;
    await expect(source.migrations.intend(id, { to: destination })).rejects.toThrow(/in a migration already/);
    const finding = await logOn(centre, 'hv01').migrations.reconcile(stored, { destination });
    if (finding.kind !== 'job') throw new Error(`The migration is ${finding.kind}`);
    expect((await finding.job.wait(OFTEN)).kind).toBe('succeeded');
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: 'completed' }]);
  });

  it('the request itself is lost: that is found out too, and it may be started again', async () => {
    const centre = await startCentre();
    const [source, destination] = [logOn(centre, 'hv01'), logOn(centre, 'hv02')];
    const id = centre.addMachine('hv01', { name: 'web01' });
    await source.migrations.precheck(id, { to: destination });
    const intent = await source.migrations.intend(id, { to: destination });
    atRequest(() => centre.host('hv01').trouble({ when: 'request', kind: 'drop' }));
    const lost: unknown = await source.migrations.start(intent).catch((error: unknown) => error);
    if (!(lost instanceof MigrationStartUnknownError)) throw new Error('The start did not end open', { cause: lost });
    expect((await lost.reconcile({ destination, settleMs: 100 })).kind).toBe('notMoved');
    expect(centre.migrations).toEqual([]);
    await (await source.migrations.start(intent)).wait(OFTEN);
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: 'completed' }]);
  });

  it('the destination reboots in the middle: the failure is told by the source', async () => {
    const centre = await startCentre({ migrationMs: 60_000 });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const job = await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' });
    const waiting = job.wait(OFTEN);
    await centre.reboot('hv02');
    expect(await waiting).toMatchObject({ kind: 'failed' });
    expect([centre.whereIs(id), centre.migrations[0]!.end]).toEqual(['hv01', 'failed']);
  });
});
