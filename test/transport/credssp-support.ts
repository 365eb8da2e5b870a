/** Both sides of CredSSP with NTLM inside, for the tests. */
import { randomBytes } from 'node:crypto';
import { createNtlmInitiator } from '../../src/auth/ntlm/initiator.js';
import type { MechanismContext } from '../../src/auth/security-context.js';
import { type SpnegoContext, createSpnegoInitiator } from '../../src/auth/spnego/initiator.js';
import { createCertificate } from '../../src/testing/certificate.js';
import { type CredsspAcceptor, type CredsspAcceptorOptions, createCredsspAcceptor } from '../../src/testing/credssp-acceptor.js';
import { createNtlmAcceptor } from '../../src/testing/ntlm-acceptor.js';
import { type CredsspContext, type CredsspContextOptions, createCredsspContext } from '../../src/transport/credssp-context.js';

export const PASSWORD = 'Passw0rd-ÿ€';
export const CREDENTIALS = { domainName: 'HV01', userName: 'operator', password: PASSWORD };
/** A self-signed certificate for hv01.example, with a new key. */
export const newCertificate = (): { certificate: string; key: string } =>
  createCertificate({ commonName: 'CREDSSP-HV01', names: ['hv01.example'], now: new Date(), random: randomBytes });
export const CERTIFICATE = newCertificate();

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const now = (): Date => new Date();

export function ntlmInitiator(password: string = PASSWORD): MechanismContext {
  return createNtlmInitiator({ credentials: { username: 'HV01\\operator', password }, channelBinding: null, random, now });
}

export function ntlmAcceptor(): MechanismContext {
  return createNtlmAcceptor({ computerName: 'HV01', findPassword: () => PASSWORD, channelBinding: null, cbt: 'relaxed', random, now });
}

/** NTLM inside SPNEGO, as Windows has it. */
export function spnegoInitiator(password: string = PASSWORD): SpnegoContext {
  return createSpnegoInitiator({ contexts: [ntlmInitiator(password)] });
}

export function credsspClient(options: Partial<CredsspContextOptions> = {}): CredsspContext {
  return createCredsspContext({
    inner: ntlmInitiator(),
    credentials: CREDENTIALS,
    allowNtlm: true,
    tls: { servername: 'hv01.example', verifyCertificate: false },
    random,
    ...options,
  });
}

export function credsspHost(options: Partial<CredsspAcceptorOptions> = {}): CredsspAcceptor {
  return createCredsspAcceptor({ inner: ntlmAcceptor(), certificate: CERTIFICATE.certificate, key: CERTIFICATE.key, ...options });
}

/** Carries the tokens until one side has none; gives how many the client sent. */
export async function converse(client: CredsspContext, host: CredsspAcceptor): Promise<number> {
  let sent = 0;
  let token = await client.step(null);
  while (token !== null) {
    sent += 1;
    const answer = await host.step(token);
    if (answer === null) break;
    token = await client.step(answer);
  }
  return sent;
}
