import { describe, expect, it } from 'vitest';
import { judgeSecondHop } from '../../../src/hyperv/migrations/second-hop.js';

describe('the second hop', () => {
  it.each([
    ['Kerberos', 'ntlm', 'dependsOnDelegation', 'constrainedDelegation'],
    ['Kerberos', 'basic', 'dependsOnDelegation', 'constrainedDelegation'],
    ['Kerberos', 'certificate', 'dependsOnDelegation', 'constrainedDelegation'],
    ['Kerberos', 'negotiate', 'dependsOnDelegation', 'constrainedDelegation'],
    ['Kerberos', 'kerberos', 'dependsOnDelegation', 'constrainedDelegation'],
    ['Kerberos', 'credssp', 'works', null],
    ['CredSSP', 'ntlm', 'fails', 'credSSP'],
    ['CredSSP', 'basic', 'fails', 'credSSP'],
    ['CredSSP', 'none', 'fails', 'credSSP'],
    ['CredSSP', 'certificate', 'fails', 'credSSP'],
    ['CredSSP', 'kerberos', 'fails', 'credSSP'],
    ['CredSSP', 'negotiate', 'fails', 'credSSP'],
    ['CredSSP', 'credssp', 'works', null],
    [null, 'ntlm', 'unknown', null],
    [null, 'credssp', 'unknown', null],
  ] as const)('with a service of %s and a client of %s: %s, %s', (service, client, verdict, missing) => {
    expect(judgeSecondHop(service, { authenticationType: client, delegatesTicket: false }, 'node-a', 'node-b')).toMatchObject({ verdict, missing });
  });

  it.each([
    ['Kerberos', 'dependsOnDelegation', 'delegatedTicket'],
    ['CredSSP', 'unknown', null],
    [null, 'unknown', null],
  ] as const)('with a service of %s and a forwarded ticket: %s, %s', (service, verdict, missing) => {
    const client = { authenticationType: 'kerberos', delegatesTicket: true };
    expect(judgeSecondHop(service, client, 'node-a', 'node-b')).toMatchObject({ verdict, missing });
  });

  it('names all three ways in order, and what constrained delegation needs', () => {
    const { ways } = judgeSecondHop('CredSSP', { authenticationType: 'ntlm', delegatesTicket: false }, 'node-a', 'node-b');
    expect(ways.map(({ way }) => way)).toEqual(['constrainedDelegation', 'delegatedTicket', 'credSSP']);
    for (const word of ['node-a', 'node-b', 'cifs', '"Microsoft Virtual System Migration Service"', 'use any authentication protocol']) expect(ways[0]?.how).toContain(word);
  });
});
