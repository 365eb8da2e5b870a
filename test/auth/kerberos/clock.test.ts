import { describe, expect, it } from 'vitest';
import { KerberosClock } from '../../../src/auth/kerberos/clock.js';

const FIVE = new Date('2026-03-04T05:00:00Z');
const SIX = new Date('2026-03-04T06:00:00Z');

describe('KerberosClock', () => {
  it('is the clock of this machine', () => {
    const clock = new KerberosClock(() => FIVE);
    expect([clock.now(), clock.notes]).toEqual([FIVE, []]);
  });

  it('has another that goes by a time that was told, and stays as it is until it follows that one', () => {
    let machine = FIVE;
    const clock = new KerberosClock(() => machine);
    const other = clock.at(SIX, 'hv01');
    machine = new Date('2026-03-04T05:10:00Z');
    expect([other.now(), other.notes.length]).toEqual([new Date('2026-03-04T06:10:00Z'), 1]);
    expect([clock.now(), clock.notes]).toEqual([machine, []]);
    clock.follow(other);
    expect([clock.now(), clock.notes]).toEqual([other.now(), other.notes]);
  });

  it('goes by the last time that was told, not by the sum of all', () => {
    const clock = new KerberosClock(() => FIVE);
    clock.follow(clock.at(SIX, 'dc01'));
    clock.follow(clock.at(FIVE, 'dc02'));
    expect(clock.now()).toEqual(FIVE);
    expect(clock.notes).toHaveLength(1);
  });

  it.each([
    ['2026-03-04T06:00:00Z', '3600 s behind that of hv01'],
    ['2026-03-04T04:50:00Z', '600 s ahead of that of hv01'],
  ])('says by how much it was wrong: %s', (time, note) => {
    expect(new KerberosClock(() => FIVE).at(new Date(time), 'hv01').notes).toEqual([`The clock of this machine is ${note}; Kerberos went on with theirs. Set the clock`]);
  });
});
