import { describe, expect, it } from 'vitest';
import { JobError, type JobOutcome, diagnose } from '../../src/index.js';
import type { MigrationFailure, SimulatedDataCentre } from '../../src/testing/index.js';
import { OFTEN, books, logOn, startCentre } from './world.js';

/** Migrates web01, which is to fail. */
async function failing(centre: SimulatedDataCentre, failure: MigrationFailure): Promise<{ id: string; outcome: Extract<JobOutcome, { kind: 'failed' }> }> {
  const id = centre.addMachine('hv01', { name: 'web01' });
  centre.failNext(failure);
  const outcome = await (await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' })).wait(OFTEN);
  if (outcome.kind !== 'failed') throw new Error(`The migration is ${outcome.kind}`);
  return { id, outcome };
}

describe('A1: a migration fails, and nobody is told why', () => {
  it.each([
    [0x8009030e, 'SEC_E_NO_CREDENTIALS', 'authentication'],
    [0x80070005, 'ERROR_ACCESS_DENIED', 'authentication'],
    [0x80070070, 'ERROR_DISK_FULL', 'storage'],
    [0x8007274c, 'WSAETIMEDOUT', 'network'],
    [33012, 'virtual switch not found', 'compatibility'],
  ])('code %i is named: %s, %s', async (code, name, layer) => {
    const centre = await startCentre();
    const { id, outcome } = await failing(centre, { code });
    expect(outcome.errors[0]).toMatchObject({ MessageID: '21024', MessageArguments: ['web01', id, 'hv01'] });
    expect(diagnose(outcome.errors)).toMatchObject({ cause: { code, name, layer }, layer, machine: { name: 'web01', id }, sourceHost: 'hv01' });
    expect(diagnose(outcome.errors).advice).not.toEqual([]);
    expect(() => outcome.orThrow()).toThrow(JobError);
    expect(() => outcome.orThrow()).toThrow(outcome.errors.at(-1)!.Message!);
    expect([books(centre), centre.whereIs(id)]).toEqual([[{ machine: id, from: 'hv01', to: 'hv02', end: 'failed' }], 'hv01']);
  });

  it('one error that cannot be read does not hide the others, nor its own text', async () => {
    const centre = await startCentre();
    const whole = '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message" TYPE="string"><VALUE>The move of web01 stopped.</VALUE></PROPERTY></INSTANCE>';
    const { outcome } = await failing(centre, { errorTexts: [whole, '<INSTANCE CLASSNAME="Msvm_Error"><PROP No room (0x80070070)'] });
    expect(outcome.errors.map(({ Message }) => Message)).toEqual(['The move of web01 stopped.', '<INSTANCE CLASSNAME="Msvm_Error"><PROP No room (0x80070070)']);
    expect(diagnose(outcome.errors).cause?.name).toBe('ERROR_DISK_FULL');
  });

  it('where GetErrorEx fails, GetError tells', async () => {
    const centre = await startCentre();
    centre.host('hv01').onInvoke('Msvm_MigrationJob', 'GetErrorEx', () => ({ returnValue: 1 }));
    const { outcome } = await failing(centre, { errors: [{ MessageID: '21024', Message: 'It stopped: access denied (0x80070005).' }] });
    expect(outcome.errors).toMatchObject([{ MessageID: '21024', Message: 'It stopped: access denied (0x80070005).' }]);
    expect(diagnose(outcome.errors).cause?.name).toBe('ERROR_ACCESS_DENIED');
  });

  it('where both fail, the description of the job tells', async () => {
    const centre = await startCentre();
    for (const method of ['GetErrorEx', 'GetError']) {
      centre.host('hv01').onInvoke('Msvm_MigrationJob', method, () => {
        throw new Error('the provider has gone');
      });
    }
    const { outcome } = await failing(centre, { errors: [{ Message: 'The disk of web01 is full (0x80070070).' }] });
    expect(outcome.errors.map(({ Message }) => Message)).toEqual(['The disk of web01 is full (0x80070070).']);
    expect(diagnose(outcome.errors).cause?.name).toBe('ERROR_DISK_FULL');
  });

  it('where the host says nothing at all, that is said', async () => {
    const centre = await startCentre();
    const { outcome } = await failing(centre, { errors: [] });
    expect(outcome.errors).toHaveLength(1);
    expect(outcome.errors[0]!.Message).toMatch(/no reason.*Exception.*32768/);
  });

  it('a request that is refused at once says so with a name, and starts nothing', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ reject: 32769 });
    const refusal = logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' });
    await expect(refusal).rejects.toMatchObject({ code: 'RETURN_VALUE', method: 'MigrateVirtualSystemToHost', returnValue: 32769, returnValueName: 'Access Denied' });
    expect(books(centre)).toEqual([]);
  });
});
