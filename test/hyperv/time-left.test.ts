import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimeoutError } from '../../src/errors.js';
import { timeLeft } from '../../src/hyperv/time-left.js';

describe('the time that is left of a call', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('gets less with each request, and then there is no request more', () => {
    const { signal } = new AbortController();
    const left = timeLeft({ timeoutMs: 1000, signal });
    expect(left()).toEqual({ timeoutMs: 1000, signal });
    vi.advanceTimersByTime(400);
    expect(left()).toEqual({ timeoutMs: 600, signal });
    vi.advanceTimersByTime(599);
    expect(left()).toEqual({ timeoutMs: 1, signal });
    vi.advanceTimersByTime(1);
    expect(left).toThrow(TimeoutError);
    expect(left).toThrow('1000 ms');
  });

  it('is the default of the client when none was given', () => {
    expect(timeLeft()()).toEqual({});
    expect(timeLeft({ idempotent: true })()).toEqual({ idempotent: true });
  });
});
