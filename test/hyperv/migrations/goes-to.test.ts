import { describe, expect, it } from 'vitest';
import { goesTo } from '../../../src/hyperv/migrations/goes-to.js';
import type { MigrationJobStatus } from '../../../src/hyperv/job-status.js';

describe('the destination of a job', () => {
  it.each([
    ['node-b', 'node-b', 'yes'],
    ['NODE-B', 'node-b', 'yes'],
    ['node-b.corp.example', 'node-b', 'yes'],
    ['node-b', 'node-b.corp.example', 'yes'],
    ['node-b.corp.example', 'node-b.corp.example', 'yes'],
    ['node-b.corp.example', 'node-b.other.example', 'no'],
    ['node-bb', 'node-b', 'no'],
    ['192.0.2.10', '192.0.2.10', 'yes'],
    ['192.0.2.11', '192.0.2.10', 'no'],
    ['192.0.2.11', '192', 'unclear'],
    ['node-b', '192.0.2.10', 'unclear'],
    ['192.0.2.10', 'node-b.corp.example', 'unclear'],
    ['2001:DB8::1', '2001:db8::1', 'yes'],
    ['', 'node-b', 'yes'],
    [null, 'node-b', 'yes'],
    [null, null, 'yes'],
    ['node-a', null, 'yes'],
  ])('%j is that of a migration to %j: %s', (DestinationHost, to, expected) => {
    expect(goesTo({ instance: { DestinationHost } } as unknown as MigrationJobStatus, to)).toBe(expected);
  });
});
