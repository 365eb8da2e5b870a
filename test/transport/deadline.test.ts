import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { TimeoutError } from '../../src/errors.js';
import { Deadline } from '../../src/transport/deadline.js';

describe('Deadline', () => {
  it('aborts with a TimeoutError that tells the time', async () => {
    const deadline = new Deadline(5);
    await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve));
    expect(deadline.signal.reason).toBeInstanceOf(TimeoutError);
    expect(deadline.signal.reason).toMatchObject({ timeoutMs: 5, message: 'No answer within 5 ms' });
  });

  it("aborts with the other signal's own reason, even when that was aborted before", () => {
    const reason = new Error('enough');
    expect(new Deadline(60_000, AbortSignal.abort(reason)).signal.reason).toBe(reason);
    const controller = new AbortController();
    const deadline = new Deadline(60_000, controller.signal);
    controller.abort(reason);
    expect(deadline.signal.reason).toBe(reason);
    deadline.dispose();
  });

  it('lets one signal serve many calls without a warning', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', listen);
    const controller = new AbortController();
    const deadlines = Array.from({ length: 50 }, () => new Deadline(60_000, controller.signal));
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('warning', listen);
    for (const deadline of deadlines) deadline.dispose();
    expect(warnings).toEqual([]);
  });

  it('lets go of everything', () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const deadline = new Deadline(60_000, controller.signal);
    expect([getEventListeners(controller.signal, 'abort').length, vi.getTimerCount()]).toEqual([1, 1]);
    deadline.dispose();
    expect([getEventListeners(controller.signal, 'abort').length, vi.getTimerCount()]).toEqual([0, 0]);
    vi.useRealTimers();
    controller.abort();
    expect(deadline.signal.aborted).toBe(false);
  });

  it('aborts with a reason that it is given, once', () => {
    const [reason, controller] = [new Error('closed'), new AbortController()];
    const deadline = new Deadline(60_000, controller.signal);
    deadline.abort(reason);
    deadline.abort(new Error('later'));
    controller.abort();
    deadline.dispose();
    expect(deadline.signal.reason).toBe(reason);
  });

  describe('restart', () => {
    it('serves another call with the same signal, a time of its own and another signal to follow', () => {
      vi.useFakeTimers();
      const [first, second] = [new AbortController(), new AbortController()];
      const deadline = new Deadline(100, first.signal);
      const { signal } = deadline;
      vi.advanceTimersByTime(90);
      deadline.dispose();
      expect(deadline.restart(50, second.signal)).toBe(true);
      expect(deadline.signal).toBe(signal);
      first.abort();
      vi.advanceTimersByTime(49);
      expect([signal.aborted, getEventListeners(second.signal, 'abort').length, vi.getTimerCount()]).toEqual([false, 1, 1]);
      vi.advanceTimersByTime(1);
      expect(signal.reason).toMatchObject({ timeoutMs: 50, message: 'No answer within 50 ms' });
      deadline.dispose();
      expect([getEventListeners(second.signal, 'abort').length, vi.getTimerCount()]).toEqual([0, 0]);
      vi.useRealTimers();
    });

    it.each([
      ['was aborted', (deadline: Deadline) => deadline.abort(new Error('enough'))],
      ['is still listened to', ({ signal }: Deadline) => signal.addEventListener('abort', () => undefined)],
    ])('does nothing when the signal %s', (_name, use) => {
      vi.useFakeTimers();
      const deadline = new Deadline(60_000);
      use(deadline);
      deadline.dispose();
      const other = new AbortController();
      expect(deadline.restart(60_000, other.signal)).toBe(false);
      expect([getEventListeners(other.signal, 'abort').length, vi.getTimerCount()]).toEqual([0, 0]);
      vi.useRealTimers();
    });
  });
});
