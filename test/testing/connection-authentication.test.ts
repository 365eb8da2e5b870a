import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createNtlmInitiator } from '../../src/auth/ntlm/initiator.js';
import { type AuthenticationStep, ConnectionAuthentication } from '../../src/testing/connection-authentication.js';

const OPS = { username: 'ops', password: 'Eins' };
const WARTUNG = { username: 'wartung', domain: 'FABRIK', password: 'Zwei' };
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const now = (): Date => new Date('2031-02-03T04:05:06Z');
const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes as Uint8Array).toString('base64');

function connection(basic = true): ConnectionAuthentication {
  return new ConnectionAuthentication({ users: [OPS, WARTUNG], basic, channelBinding: null, cbt: 'relaxed', random, now });
}

/** Both legs of a handshake; what comes after the second. */
function logOn(host: ConnectionAuthentication, username: string, password: string, scheme = 'Negotiate'): AuthenticationStep {
  const client = createNtlmInitiator({ credentials: { username, password }, channelBinding: null, seal: true, random, now });
  const challenge = host.step(`${scheme} ${base64(client.step(null)!)}`);
  if (challenge.kind !== 'challenge') return challenge;
  return host.step(`${scheme} ${base64(client.step(challenge.token)!)}`);
}

describe('a connection', () => {
  it('is nobody\'s at first', () => {
    expect(connection().step(undefined)).toEqual({ kind: 'refused' });
  });

  it.each(['Negotiate', 'NEGOTIATE'])('is the caller\'s after a handshake: %s', (scheme) => {
    const host = connection();
    expect(logOn(host, 'OPS', 'Eins', scheme)).toMatchObject({ kind: 'authenticated', completed: true, caller: { user: 'SIMHOST\\ops' } });
    expect(host.step(undefined)).toMatchObject({ kind: 'authenticated', completed: false, caller: { user: 'SIMHOST\\ops' } });
  });

  it('is another\'s after another handshake', () => {
    const host = connection();
    logOn(host, 'ops', 'Eins');
    expect(logOn(host, 'fabrik\\wartung', 'Zwei')).toMatchObject({ kind: 'authenticated', caller: { user: 'FABRIK\\wartung' } });
    expect(host.step(undefined)).toMatchObject({ caller: { user: 'FABRIK\\wartung' } });
  });

  it.each(['Negotiate YWJj', `Basic ${base64('ops:falsch')}`, 'Digest YWJj', 'Negotiate'])('is nobody\'s after a refusal: %s', (authorization) => {
    const host = connection();
    logOn(host, 'ops', 'Eins');
    expect(host.step(authorization)).toEqual({ kind: 'refused' });
    expect(host.step(undefined)).toEqual({ kind: 'refused' });
  });

  it('is nobody\'s between the legs of another handshake', () => {
    const host = connection();
    logOn(host, 'ops', 'Eins');
    const client = createNtlmInitiator({ credentials: WARTUNG, channelBinding: null, seal: true, random, now });
    expect(host.step(`Negotiate ${base64(client.step(null)!)}`).kind).toBe('challenge');
    expect(host.step(undefined)).toEqual({ kind: 'refused' });
  });

  it('begins anew after a refused handshake', () => {
    const host = connection();
    expect(logOn(host, 'ops', 'falsch')).toEqual({ kind: 'refused' });
    expect(logOn(host, 'ops', 'Eins')).toMatchObject({ kind: 'authenticated' });
  });

  it('takes Basic for one request, and seals nothing after it', () => {
    const host = connection();
    expect(host.step(`basic ${base64('ops:Eins')}`)).toEqual({ kind: 'authenticated', completed: false, caller: { user: 'SIMHOST\\ops', context: null } });
    expect(host.step(undefined)).toEqual({ kind: 'refused' });
  });

  it('refuses Basic where it is not taken, though the password is right', () => {
    expect(connection(false).step(`Basic ${base64('ops:Eins')}`)).toEqual({ kind: 'refused' });
  });
});
