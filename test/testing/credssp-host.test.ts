/** CredSSP from the client to the simulated host, over HTTP and HTTPS. */
import { describe, expect, it } from 'vitest';
import { type Auth, AuthError, TlsError } from '../../src/index.js';
import { DEFAULT_USER } from '../../src/testing/index.js';
import { clientOf, hyperVOf, send, startHost } from './support.js';

const CREDSSP: Auth = { type: 'credssp', username: DEFAULT_USER.username, password: DEFAULT_USER.password, allowNtlm: true };
/** Longer than what one TLS record holds. */
const LONG = 'ü'.repeat(50_000);

describe('a host with credssp', () => {
  it.each([
    ['HTTP, sealed', { auth: CREDSSP }, true],
    ['HTTP, sealed with TLS 1.3 inside', { auth: { ...CREDSSP, minVersion: 'TLSv1.3' } }, true],
    ['HTTPS', { auth: CREDSSP, secure: true }, false],
  ] as const)('logs on and answers over %s', async (_name, options, sealed) => {
    const host = await startHost({ credssp: true });
    const { keys } = host.addJob({ JobState: 10, errors: [{ Message: LONG }] });
    const migration = hyperVOf(host, options).migrationJob(keys.InstanceID);
    expect((await migration.getError())?.Message === LONG).toBe(true);
    expect(await migration.getErrorEx()).toHaveLength(1);
    expect([host.handshakes, host.connections]).toEqual([1, 1]);
    expect(host.requests.map((request) => [request.user, request.sealed])).toEqual([['SIMHOST\\Administrator', sealed], ['SIMHOST\\Administrator', sealed]]);
  });

  it('takes messages of more than one part', async () => {
    const host = await startHost({ credssp: true });
    const query = async (): Promise<void> => {
      for await (const found of clientOf(host, { auth: CREDSSP }).query(`SELECT * FROM Msvm_MigrationJob WHERE InstanceID = '${LONG}'`)) expect(found).toBeUndefined();
    };
    await expect(query()).rejects.toThrow('a query has at most 16384 characters');
    expect(host.requests.some(({ envelope }) => envelope.includes(LONG))).toBe(true);
  });

  it('refuses a wrong password by name', async () => {
    const host = await startHost({ credssp: true });
    const identify = clientOf(host, { auth: { ...CREDSSP, password: 'wrong' } }).identify();
    await expect(identify).rejects.toThrow(AuthError);
    await expect(identify).rejects.toThrow('STATUS_LOGON_FAILURE (0xC000006D)');
  });

  it('gets no credentials where its certificate is not trusted as demanded', async () => {
    const host = await startHost({ credssp: true });
    const tls = { ca: host.certificate, servername: 'another.example' };
    await expect(clientOf(host, { auth: { ...CREDSSP, verifyCertificate: true }, tls }).identify()).rejects.toThrow(TlsError);
    expect(host.handshakes).toBe(0);
  });

  it('is offered only where it was asked for', async () => {
    const challenges = async (credssp: boolean): Promise<unknown> => (await send((await startHost({ credssp })).url)).headers['www-authenticate'];
    expect(await challenges(true)).toContain('CredSSP');
    expect(await challenges(false)).not.toContain('CredSSP');
    await expect(clientOf(await startHost(), { auth: CREDSSP }).identify()).rejects.toThrow(AuthError);
  });
});
