import { describe, expect, it } from 'vitest';
import { KerberosClock } from '../../src/auth/kerberos/clock.js';
import { createKerberosInitiator } from '../../src/auth/kerberos/initiator.js';
import { createNtlmInitiator } from '../../src/auth/ntlm/initiator.js';
import type { MechanismContext, SecurityContext } from '../../src/auth/security-context.js';
import { createSpnegoInitiator } from '../../src/auth/spnego/initiator.js';
import { utf8 } from '../../src/bytes.js';
import { AuthError, ProtocolError } from '../../src/errors.js';
import type { AcceptorStep, HandshakeAcceptor } from '../../src/testing/connection-authentication.js';
import { type HostAcceptorOptions, createHostAcceptors } from '../../src/testing/host-acceptors.js';
import { NOW, type TicketOptions, counter, issue, keyOf, minutesFromNow } from '../auth/kerberos/tickets.js';

const { realm, name } = issue().server;
const KEYTAB = [{ principal: { realm, name }, kvno: 1, key: keyOf(18, 1), timestamp: NOW }];

const acceptorsOf = (options: Partial<HostAcceptorOptions> = {}) =>
  createHostAcceptors({
    users: [{ username: 'Anna', domain: 'LAB', password: 'correct horse' }],
    computerName: 'NODE-A7', keytab: KEYTAB, credssp: null, replayCache: new Set(), channelBinding: null, cbt: 'relaxed', random: counter(5), now: () => NOW, ...options,
  });
const kerberos = (ticket: TicketOptions = {}, now = NOW) =>
  createKerberosInitiator({ credential: issue(ticket), forwardedTgt: null, channelBinding: null, random: counter(11), clock: new KerberosClock(() => now) });
const negotiated = (context = kerberos()) => createSpnegoInitiator({ contexts: [context] });

/** Every leg; what the acceptor made of the last, and how many there were. */
async function logOn(client: SecurityContext, host: HandshakeAcceptor): Promise<AcceptorStep & { legs: number }> {
  let token = await client.step(null);
  for (let legs = 1; ; legs++) {
    const step = await host.step(token!);
    token = step.token === null ? null : await client.step(step.token);
    if (step.complete || token === null) return { ...step, legs };
  }
}

describe('the schemes of a host', () => {
  const credssp = { certificate: '', key: '' };
  it.each([
    ['with nothing but users', { keytab: null }, ['Negotiate']],
    ['with a keytab', {}, ['Negotiate', 'Kerberos']],
    ['with a certificate for CredSSP', { keytab: null, credssp }, ['Negotiate', 'CredSSP']],
    ['with both', { credssp }, ['Negotiate', 'Kerberos', 'CredSSP']],
  ])('%s', (_, options, expected) => {
    expect(Object.keys(acceptorsOf(options))).toEqual(expected);
  });
});

describe('Kerberos', () => {
  it.each([
    ['Negotiate', negotiated],
    ['Negotiate', kerberos],
    ['Kerberos', kerberos],
  ] as const)('in %s logs on whoever has a ticket', async (scheme, clientOf) => {
    const [client, host] = [clientOf(), acceptorsOf()[scheme]!()];
    expect(await logOn(client, host)).toMatchObject({ complete: true, user: 'anna@LAB.EXAMPLE', legs: 1 });
    expect(await host.unwrap(client.wrap(utf8('text')))).toEqual(utf8('text'));
  });

  it.each([
    ['Negotiate', negotiated],
    ['Kerberos', (context: MechanismContext) => context],
  ] as const)('in %s is tried again by a client whose clock was wrong', async (scheme, clientOf) => {
    const client = clientOf(kerberos({}, minutesFromNow(-30)));
    expect(await logOn(client, acceptorsOf()[scheme]!())).toMatchObject({ complete: true, user: 'anna@LAB.EXAMPLE', legs: 2 });
    expect(client.complete).toBe(true);
    expect(client.notes).toEqual([expect.stringContaining('behind')]);
  });

  it.each([
    ['a ticket that has expired', { endTime: minutesFromNow(-10) }, 'KRB_AP_ERR_TKT_EXPIRED'],
    ['a ticket for another key', { serviceKey: keyOf(18, 7) }, 'KRB_AP_ERR_MODIFIED'],
  ])('tells the client why it refuses %s', async (_, ticket, kerberosError) => {
    for (const client of [negotiated(kerberos(ticket)), kerberos(ticket)]) {
      await expect(logOn(client, acceptorsOf().Negotiate!())).rejects.toMatchObject({ code: 'AUTH', kerberosError });
    }
  });

  it('is not taken twice, on whatever connection', async () => {
    const acceptors = acceptorsOf();
    const token = kerberos().step(null)!;
    expect(await acceptors.Kerberos!().step(token)).toMatchObject({ complete: true });
    expect(await acceptors.Kerberos!().step(token)).toMatchObject({ complete: false, user: null });
  });

  it('alone does not take SPNEGO', async () => {
    await expect(logOn(negotiated(), acceptorsOf().Kerberos!())).rejects.toThrow(ProtocolError);
  });
});

describe('NTLM', () => {
  const ntlm = (username: string, password = 'correct horse') =>
    createNtlmInitiator({ credentials: { username, password }, channelBinding: null, random: counter(3), now: () => NOW });

  it('logs on an account, spelled as the host spells it', async () => {
    expect(await logOn(ntlm('lab\\ANNA'), acceptorsOf().Negotiate!())).toMatchObject({ complete: true, user: 'LAB\\Anna' });
  });

  it('refuses a wrong password', async () => {
    await expect(logOn(ntlm('LAB\\Anna', 'wrong'), acceptorsOf().Negotiate!())).rejects.toThrow(AuthError);
  });
});
