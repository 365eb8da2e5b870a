import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { timeLeft } from '../../../src/hyperv/machines/time-left.js';

describe('the time that is left of a call', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('gets less with each request, and is never none', () => {
    const { signal } = new AbortController();
    const left = timeLeft({ timeoutMs: 1000, signal });
    expect(left()).toEqual({ timeoutMs: 1000, signal });
    vi.advanceTimersByTime(400);
    expect(left()).toEqual({ timeoutMs: 600, signal });
    vi.advanceTimersByTime(5000);
    expect(left()).toEqual({ timeoutMs: 1, signal });
  });

  it('is the default of the client when none was given', () => {
    expect(timeLeft()()).toEqual({});
    expect(timeLeft({ idempotent: true })()).toEqual({ idempotent: true });
  });
});
