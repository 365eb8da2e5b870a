import { describe, expect, it } from 'vitest';
import { Observations } from '../../src/hyperv/observations.js';

describe('Observations', () => {
  it('keeps them in order, with host and time', () => {
    const observations = new Observations();
    observations.add('hv01:5985', 'a');
    observations.add('hv02:5985', 'b');
    expect(observations.list()).toEqual([
      { at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string, host: 'hv01:5985', seen: 'a' },
      { at: expect.any(String) as string, host: 'hv02:5985', seen: 'b' },
    ]);
  });

  it('leaves out what is seen of a host again and again', () => {
    const observations = new Observations();
    for (const [host, seen] of [['hv01', 'a'], ['hv02', 'a'], ['hv01', 'a'], ['hv01', 'b'], ['hv01', 'a']] as const) observations.add(host, seen);
    expect(observations.list().map(({ host, seen }) => `${host} ${seen}`)).toEqual(['hv01 a', 'hv02 a', 'hv01 b', 'hv01 a']);
  });

  it('keeps the first and the last 50 of very many', () => {
    const observations = new Observations();
    for (let number = 1; number <= 1000; number++) observations.add('hv01', String(number));
    const seen = observations.list().map((one) => Number(one.seen));
    expect([seen.length, seen[0], seen[49], seen[50], seen[99]]).toEqual([100, 1, 50, 951, 1000]);
  });

  it('gives what there is at the time', () => {
    const observations = new Observations();
    const before = observations.list();
    observations.add('hv01', 'a');
    expect(before).toEqual([]);
  });
});
