import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { type SimulatedUser, accountName, checkUsers, findBasicUser, findUser } from '../../src/testing/user-store.js';

const LOCAL: SimulatedUser = { username: 'Ops', password: 'Geheim:1' };
const DOMAIN: SimulatedUser = { username: 'ops', domain: 'FABRIK.example', password: 'Größe2' };
const USERS = [LOCAL, DOMAIN];

describe('accounts', () => {
  it.each([
    ['ops', '', LOCAL],
    ['OPS', '.', LOCAL],
    ['ops', 'simhost', LOCAL],
    ['Ops', 'SIMHOST', LOCAL],
    ['ops', 'fabrik.EXAMPLE', DOMAIN],
    ['OPS@Fabrik.Example', '', DOMAIN],
    ['ops@fabrik.example', 'OTHER', null],
    ['ops', 'OTHER', null],
    ['ops@', '', LOCAL],
    ['@fabrik.example', '', null],
    ['nobody', '', null],
    ['', '', null],
  ])('%j in the domain %j', (username, domain, expected) => {
    expect(findUser(USERS, username, domain)).toBe(expected);
  });

  it.each([
    ['ops:Geheim:1', LOCAL],
    ['.\\OPS:Geheim:1', LOCAL],
    ['SIMHOST\\ops:Geheim:1', LOCAL],
    ['FABRIK.EXAMPLE\\ops:Größe2', DOMAIN],
    ['ops@fabrik.example:Größe2', DOMAIN],
    ['ops:geheim:1', null],
    ['ops:Geheim:', null],
    ['ops:Größe2', null],
    ['nobody:', null],
    ['ops', null],
    ['', null],
  ])('Basic %j', (credentials, expected) => {
    expect(findBasicUser(USERS, new TextEncoder().encode(credentials))).toBe(expected);
  });

  it('has one name for each', () => {
    expect(USERS.map(accountName)).toEqual(['SIMHOST\\Ops', 'FABRIK.example\\ops']);
  });

  it.each<[string, SimulatedUser[]]>([
    ['an empty name', [{ username: '', password: 'x' }]],
    ['a name with a domain', [{ username: 'FABRIK\\ops', password: 'x' }]],
    ['a principal name', [{ username: 'ops@fabrik.example', password: 'x' }]],
    ['a name that Basic cannot carry', [{ username: 'o:ps', password: 'x' }]],
    ['one name twice', [LOCAL, { username: 'OPS', domain: 'simhost', password: 'x' }]],
  ])('refuses %s', (_what, users) => {
    expect(() => checkUsers(users)).toThrow(UsageError);
  });

  it('takes the same name in two domains', () => {
    expect(() => checkUsers(USERS)).not.toThrow();
  });
});
