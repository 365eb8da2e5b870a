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
});
