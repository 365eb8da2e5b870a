import { describe, expect, it } from 'vitest';
import { ntlmUserName } from '../../../src/auth/ntlm/user-name.js';
import { UsageError } from '../../../src/errors.js';

describe('ntlmUserName', () => {
  it.each([
    ['LAB\\anna', 'anna', 'LAB'],
    ['lab.example\\anna', 'anna', 'lab.example'],
    ['anna@lab.example', 'anna@lab.example', ''],
    ['.\\anna', 'anna', 'NODE-A7'],
    ['anna', 'anna', ''],
    ['\\anna', 'anna', ''],
    ['LAB\\anna@lab.example', 'anna@lab.example', 'LAB'],
    ['LAB\\odd\\name', 'odd\\name', 'LAB'],
  ])('%s', (username, userName, domainName) => {
    expect(ntlmUserName(username, 'NODE-A7')).toEqual({ userName, domainName });
  });

  it.each(['', '\\', 'LAB\\', '.\\'])('refuses %j', (username) => {
    expect(() => ntlmUserName(username, 'NODE-A7')).toThrow(UsageError);
  });
});
