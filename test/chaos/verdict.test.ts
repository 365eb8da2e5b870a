/** The judge of the chaos must see a lie: claims and books by hand. */
import { describe, expect, it } from 'vitest';
import type { MigrationRecord } from '../../src/testing/index.js';
import { type Attempt, type Claim, contradictions, liesOf } from './verdict.js';

const CLAIMED_AT = 1000;

function record(end: MigrationRecord['end'], given: Partial<MigrationRecord> = {}): MigrationRecord {
  return { id: 'J1', machine: 'M', from: 'hv01', to: 'hv02', type: 32768, startedAt: 100, endedAt: end === null ? null : 200, end, ...given };
}

function attempt(kind: Claim['kind'], job: string | null = 'J1', requests = 1): Attempt {
  return { number: 1, machine: 'M', begunAt: 0, claimedAt: CLAIMED_AT, claim: { kind, job, said: '' }, requests };
}

describe('a claim that is true', () => {
  it.each([
    ['succeeded, it completed', attempt('succeeded'), [record('completed')]],
    ['succeeded at the second request of a queue', attempt('succeeded', 'J2', 2), [record('failed'), record('completed', { id: 'J2', startedAt: 300, endedAt: 400 })]],
    ['failed, it failed', attempt('failed'), [record('failed')]],
    ['failed before anything was moved', attempt('failed'), []],
    ['cancelled, it was cancelled', attempt('cancelled'), [record('cancelled')]],
    ['cancelled while it waited', attempt('cancelled', null), []],
    ['moved, it completed', attempt('moved', null), [record('completed')]],
    ['notMoved, it never began', attempt('notMoved', null), []],
    ['notMoved, it was lost', attempt('notMoved'), [record('lost')]],
    ['refused', attempt('refused', null), []],
    ['unknown, it runs', attempt('unknown'), [record(null)]],
  ])('%s', (_name, given, books) => {
    expect(liesOf(given, books)).toEqual([]);
  });
});

describe('a claim that is not', () => {
  it.each([
    ['succeeded, it failed', attempt('succeeded'), [record('failed')], ['succeeded, but it is failed in the books', 'succeeded, but the machine was not moved']],
    ['succeeded, nothing began', attempt('succeeded'), [], ['succeeded, but it is not in the books', 'succeeded, but the machine was not moved']],
    ['succeeded, it still runs', attempt('succeeded'), [record(null)], ['succeeded was said before its end', 'succeeded, but it is running in the books', 'succeeded, but the machine was not moved']],
    ['failed, it completed', attempt('failed'), [record('completed')], ['failed, but it is completed in the books', 'failed, but the machine was moved']],
    ['failed, another one completed', attempt('failed', 'J0'), [record('completed')], ['failed, but the machine was moved']],
    ['failed, it was cancelled', attempt('failed'), [record('cancelled')], ['failed, but it is cancelled in the books']],
    ['cancelled, it failed', attempt('cancelled'), [record('failed')], ['cancelled, but it is failed in the books']],
    ['cancelled while it waited, it completed', attempt('cancelled', null), [record('completed')], ['cancelled, but the machine was moved']],
    ['moved, it was lost', attempt('moved', null), [record('lost')], ['moved, but the machine was not moved']],
    ['notMoved, it completed', attempt('notMoved', null), [record('completed')], ['notMoved, but the machine was moved']],
    ['notMoved, it began afterwards', attempt('notMoved', null), [record('failed', { startedAt: CLAIMED_AT + 1, endedAt: CLAIMED_AT + 2 })], ['notMoved was said before its end']],
    ['refused, it began', attempt('refused', null), [record('failed')], ['refused, but it began']],
    ['unknown, begun twice', attempt('unknown'), [record('failed'), record('failed', { id: 'J2' })], ['asked for 1 times, begun 2 times']],
    ['succeeded, moved twice', attempt('succeeded', 'J1', 2), [record('completed'), record('completed', { id: 'J2' })], ['moved 2 times']],
  ])('%s', (_name, given, books, lies) => {
    expect(liesOf(given, books)).toEqual(lies);
  });
});

describe('books of one machine', () => {
  const there = record('completed');
  const back = record('completed', { id: 'J2', from: 'hv02', to: 'hv01', startedAt: 200, endedAt: 300 });

  it('that go there and back are in order', () => {
    expect(contradictions([there, back], 'hv01', 'hv01')).toEqual([]);
  });

  it.each([
    ['two at a time', [there, { ...back, startedAt: 199 }], 'hv01', ['J2 began while J1 ran']],
    ['one after one without an end', [record(null), { ...back, from: 'hv01' }], 'hv01', ['J2 began while J1 ran']],
    ['one that leaves a host where it is not', [there, { ...back, from: 'hv03' }], 'hv01', ['J2 leaves hv03, but the machine is on hv02']],
    ['an end on another host', [there], 'hv01', ['the machine is on hv01, not on hv02']],
    ['an end on several hosts or none', [there], null, ['the machine is on no host or several, not on hv02']],
  ])('%s are seen', (_name, records, isOn, found) => {
    expect(contradictions(records, 'hv01', isOn)).toEqual(found);
  });
});
