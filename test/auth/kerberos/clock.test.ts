import { describe, expect, it } from 'vitest';
import { KerberosClock } from '../../../src/auth/kerberos/clock.js';

describe('KerberosClock', () => {
  it('is the clock of this machine until corrected, and follows the difference then', () => {
    let machine = new Date('2026-03-04T05:00:00Z');
    const clock = new KerberosClock(() => machine);
    expect([clock.now(), clock.corrected, clock.notes]).toEqual([machine, false, []]);
    expect(clock.correct(new Date('2026-03-04T06:00:00Z'), 'hv01')).toBe(true);
    machine = new Date('2026-03-04T05:10:00Z');
    expect([clock.now(), clock.corrected]).toEqual([new Date('2026-03-04T06:10:00Z'), true]);
  });

  it.each([
    ['2026-03-04T06:00:00Z', '3600 s behind that of hv01'],
    ['2026-03-04T04:50:00Z', '600 s ahead of that of hv01'],
  ])('says by how much it was wrong: %s', (time, note) => {
    const clock = new KerberosClock(() => new Date('2026-03-04T05:00:00Z'));
    clock.correct(new Date(time), 'hv01');
    expect(clock.notes).toEqual([`The clock of this machine is ${note}; Kerberos went on with theirs. Set the clock`]);
  });

  it('is corrected once', () => {
    const clock = new KerberosClock(() => new Date('2026-03-04T05:00:00Z'));
    clock.correct(new Date('2026-03-04T06:00:00Z'), 'hv01');
    expect(clock.correct(new Date('2026-03-04T09:00:00Z'), 'hv02')).toBe(false);
    expect(clock.now()).toEqual(new Date('2026-03-04T06:00:00Z'));
    expect(clock.notes).toHaveLength(1);
  });
});
