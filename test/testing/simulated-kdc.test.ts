import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asExchange } from '../../src/auth/kerberos/as-exchange.js';
import { KerberosClock } from '../../src/auth/kerberos/clock.js';
import type { Credential } from '../../src/auth/kerberos/credential.js';
import type { KdcExchange } from '../../src/auth/kerberos/kdc-exchange.js';
import { NAME_TYPE } from '../../src/auth/kerberos/principal.js';
import { tgsExchange } from '../../src/auth/kerberos/tgs-exchange.js';
import { fromHex } from '../../src/bytes.js';
import { SimulatedKdc } from '../../src/testing/simulated-kdc.js';
import { runKdcExchange } from '../../src/transport/kdc.js';
import { counter } from '../auth/kerberos/tickets.js';
import { principalOf } from '../auth/kerberos/principal-of.js';

let kdc: SimulatedKdc;
beforeEach(async () => {
  kdc = await SimulatedKdc.start({ realm: 'EXAMPLE.TEST', users: [{ username: 'ops', password: 'Correct-Horse-7' }], services: ['HTTP/hv01.example'] });
});
afterEach(() => kdc.close());

const exchange = { etypes: [18], random: counter(1), clock: new KerberosClock(() => new Date()) };
const run = (conversation: KdcExchange<Credential>): Promise<Credential> =>
  runKdcExchange(conversation, { locate: () => Promise.resolve([{ host: '127.0.0.1', port: kdc.port }]), timeoutMs: 5000 }, new AbortController().signal);
const logOn = (): Promise<Credential> =>
  run(asExchange({ ...exchange, client: principalOf('ops@EXAMPLE.TEST'), secret: { kind: 'password', password: 'Correct-Horse-7' }, forwardable: false }));
const service = (tgt: Credential, name = 'HTTP/hv01.example'): Promise<Credential> => run(tgsExchange({ ...exchange, tgt, server: principalOf(`${name}@EXAMPLE.TEST`).name }));

describe('a simulated KDC', () => {
  it('gives a ticket to who has one for it', async () => {
    expect((await service(await logOn())).server.name.nameString).toEqual(['HTTP', 'hv01.example']);
  });

  it.each<[string, Partial<Credential>, string]>([
    ['says it is another client', { client: principalOf('boss@EXAMPLE.TEST') }, 'KRB_AP_ERR_BADMATCH'],
    ['has not its session key', { sessionKey: { etype: 18, value: new Uint8Array(32) } }, 'KRB_AP_ERR_MODIFIED'],
  ])('gives none to who has a ticket and %s', async (_, changes, kerberosError) => {
    const tgt = await logOn();
    await expect(service({ ...tgt, ...changes })).rejects.toMatchObject({ code: 'AUTH', kerberosError });
  });

  it.each([
    ['ops@example.test', null],
    ['ops@elsewhere.test', 'KDC_ERR_C_PRINCIPAL_UNKNOWN'],
  ])('knows the enterprise name %s: %s', async (name, kerberosError) => {
    const client = { realm: 'EXAMPLE.TEST', name: { nameType: NAME_TYPE.enterprise, nameString: [name] } };
    const logon = run(asExchange({ ...exchange, client, secret: { kind: 'password', password: 'Correct-Horse-7' }, forwardable: false }));
    if (kerberosError === null) expect((await logon).client.name.nameString).toEqual(['ops']);
    else await expect(logon).rejects.toMatchObject({ kerberosError });
  });

  it('gives none for a service it does not know', async () => {
    await expect(service(await logOn(), 'HTTP/other')).rejects.toMatchObject({ kerberosError: 'KDC_ERR_S_PRINCIPAL_UNKNOWN' });
  });

  it.each(['00000004 00000000', 'ffffffff', '47455420'])('ends a connection on which %s comes', async (octets) => {
    const socket = connect({ host: '127.0.0.1', port: kdc.port });
    socket.write(fromHex(octets));
    await new Promise<void>((resolve) => socket.once('close', () => resolve()).resume());
  });
});
