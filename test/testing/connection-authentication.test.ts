import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createNtlmInitiator } from '../../src/auth/ntlm/initiator.js';
import type { SecurityContext } from '../../src/auth/security-context.js';
import { createSpnegoInitiator } from '../../src/auth/spnego/initiator.js';
import { AuthError } from '../../src/errors.js';
import { type AcceptorStep, type AuthenticationStep, ConnectionAuthentication, type HandshakeAcceptor } from '../../src/testing/connection-authentication.js';
import { createHostAcceptors } from '../../src/testing/host-acceptors.js';

const OPS = { username: 'ops', password: 'Eins' };
const WARTUNG = { username: 'wartung', domain: 'FABRIK', password: 'Zwei' };
const CERTIFICATE = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual';
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const now = (): Date => new Date('2031-02-03T04:05:06Z');
const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes as Uint8Array).toString('base64');
const REFUSED = { kind: 'refused' };

type Options = ConstructorParameters<typeof ConnectionAuthentication>[0];

function connection(options: Partial<Options> = {}): ConnectionAuthentication {
  const users = [OPS, WARTUNG];
  const acceptors = createHostAcceptors({
    users, computerName: 'SIMHOST', keytab: null, credssp: null, replayCache: new Set(), channelBinding: null, cbt: 'relaxed', random, now,
  });
  return new ConnectionAuthentication({ users, acceptors, basic: true, certificateUser: null, ...options });
}

function ntlm(username: string, password: string): SecurityContext {
  return createNtlmInitiator({ credentials: { username, password }, channelBinding: null, random, now });
}

function spnego(username: string, password: string): SecurityContext {
  const context = createNtlmInitiator({ credentials: { username, password }, channelBinding: null, random, now });
  return createSpnegoInitiator({ contexts: [context] });
}

/** Every leg of a handshake; what comes after the last. */
async function logOn(host: ConnectionAuthentication, client: SecurityContext, scheme = 'Negotiate'): Promise<AuthenticationStep> {
  let token = await client.step(null);
  for (;;) {
    const answer = await host.step(`${scheme} ${base64(token!)}`);
    if (answer.kind !== 'challenge') return answer;
    token = await client.step(answer.token);
  }
}

describe('a connection', () => {
  it('is nobody\'s at first', async () => {
    expect(await connection().step(undefined)).toEqual(REFUSED);
  });

  it.each([['Negotiate', ntlm], ['NEGOTIATE', ntlm], ['Negotiate', spnego]])('is the caller\'s after a handshake: %s', async (scheme, client) => {
    const host = connection();
    const caller = { user: 'SIMHOST\\ops', sealer: { scheme: 'Negotiate' } };
    expect(await logOn(host, client('OPS', 'Eins'), scheme)).toMatchObject({ kind: 'authenticated', final: { scheme: 'Negotiate' }, caller });
    expect(await host.step(undefined)).toMatchObject({ kind: 'authenticated', final: null, caller });
  });

  it('gives the last token of SPNEGO with the last answer, and none of bare NTLM', async () => {
    const client = spnego('ops', 'Eins');
    const wrapped = await logOn(connection(), client);
    expect(client.complete).toBe(false);
    await client.step(wrapped.kind === 'authenticated' ? wrapped.final!.token : null);
    expect(client.complete).toBe(true);
    expect(await logOn(connection(), ntlm('ops', 'Eins'))).toMatchObject({ final: { token: null } });
  });

  it('is another\'s after another handshake', async () => {
    const host = connection();
    await logOn(host, ntlm('ops', 'Eins'));
    expect(await logOn(host, spnego('fabrik\\wartung', 'Zwei'))).toMatchObject({ kind: 'authenticated', caller: { user: 'FABRIK\\wartung' } });
    expect(await host.step(undefined)).toMatchObject({ caller: { user: 'FABRIK\\wartung' } });
  });

  it.each(['Negotiate YWJj', 'Negotiate oQMwAQA=', 'Kerberos YWJj', `Basic ${base64('ops:falsch')}`, 'Digest YWJj', 'Negotiate', CERTIFICATE])(
    'is nobody\'s after a refusal: %s',
    async (authorization) => {
      const host = connection();
      await logOn(host, ntlm('ops', 'Eins'));
      expect(await host.step(authorization)).toEqual(REFUSED);
      expect(await host.step(undefined)).toEqual(REFUSED);
    },
  );

  it('is nobody\'s between the legs of another handshake', async () => {
    const host = connection();
    await logOn(host, ntlm('ops', 'Eins'));
    expect((await host.step(`Negotiate ${base64((await ntlm('wartung', 'Zwei').step(null))!)}`)).kind).toBe('challenge');
    expect(await host.step(undefined)).toEqual(REFUSED);
  });

  it('begins anew after a refused handshake', async () => {
    const host = connection();
    expect(await logOn(host, spnego('ops', 'falsch'))).toEqual(REFUSED);
    expect(await logOn(host, ntlm('ops', 'Eins'))).toMatchObject({ kind: 'authenticated' });
  });

  it('does not take the legs of two handshakes for one', async () => {
    const [one, other] = [connection(), connection()];
    const [first, second] = [spnego('ops', 'Eins'), spnego('ops', 'Eins')];
    const leg = async (host: ConnectionAuthentication, token: Uint8Array | null) => (await host.step(`Negotiate ${base64(token!)}`)) as { token: Uint8Array };
    const challenges = [await leg(one, await first.step(null)), await leg(other, await second.step(null))];
    const answers = [await first.step(challenges[0]!.token), await second.step(challenges[1]!.token)];
    expect(await one.step(`Negotiate ${base64(answers[1]!)}`)).toEqual(REFUSED);
    expect(await other.step(`Negotiate ${base64(answers[0]!)}`)).toEqual(REFUSED);
  });

  it('takes Basic for one request, and seals nothing after it', async () => {
    const host = connection();
    expect(await host.step(`basic ${base64('ops:Eins')}`)).toEqual({ kind: 'authenticated', final: null, caller: { user: 'SIMHOST\\ops', sealer: null } });
    expect(await host.step(undefined)).toEqual(REFUSED);
  });

  it('refuses Basic where it is not taken, though the password is right', async () => {
    expect(await connection({ basic: false }).step(`Basic ${base64('ops:Eins')}`)).toEqual(REFUSED);
  });

  it('takes a mapped client certificate for one request, and seals nothing after it', async () => {
    const host = connection({ certificateUser: 'SIMHOST\\ops' });
    expect(await host.step(CERTIFICATE)).toEqual({ kind: 'authenticated', final: null, caller: { user: 'SIMHOST\\ops', sealer: null } });
    expect(await host.step(undefined)).toEqual(REFUSED);
  });
});

describe('an acceptor', () => {
  /** Takes so many tokens, and gives each back as its answer. */
  function scripted(steps: readonly AcceptorStep[], closed: string[] = []): HandshakeAcceptor {
    const left = [...steps];
    return {
      step: () => {
        const step = left.shift();
        if (step === undefined) throw new AuthError('over');
        return Promise.resolve(step);
      },
      wrap: (message) => ({ signature: new Uint8Array(), data: message }),
      unwrap: ({ data }) => data,
      close: () => closed.push('closed'),
    };
  }
  const token = Uint8Array.of(1);
  const waits: AcceptorStep = { token, complete: false, user: null };
  const done: AcceptorStep = { token: null, complete: true, user: 'wartung@FABRIK' };

  it('answers in its own scheme, which the host offers', async () => {
    const host = connection({ acceptors: { CredSSP: () => scripted([waits, done]) } });
    expect(host.offered).toEqual(['CredSSP']);
    expect(await host.step('credssp AQ==')).toEqual({ kind: 'challenge', scheme: 'CredSSP', token });
    expect(await host.step('CredSSP AQ==')).toMatchObject({ kind: 'authenticated', final: { scheme: 'CredSSP', token: null }, caller: { user: 'wartung@FABRIK', sealer: { scheme: 'CredSSP' } } });
    expect(await host.step('Negotiate AQ==')).toEqual(REFUSED);
  });

  it('begins anew when the scheme changes', async () => {
    const host = connection({ acceptors: { CredSSP: () => scripted([waits, done]), Kerberos: () => scripted([waits, done]) } });
    await host.step('CredSSP AQ==');
    expect((await host.step('Kerberos AQ==')).kind).toBe('challenge');
    expect((await host.step('CredSSP AQ==')).kind).toBe('challenge');
  });

  it.each([
    ['neither answers nor completes', { token: null, complete: false, user: null }],
    ['completes with nobody', { token: null, complete: true, user: null }],
  ])('that %s refuses, and is closed', async (_, step: AcceptorStep) => {
    const closed: string[] = [];
    const host = connection({ acceptors: { CredSSP: () => scripted([step], closed) } });
    expect(await host.step('CredSSP AQ==')).toEqual(REFUSED);
    expect(closed).toEqual(['closed']);
  });
});
