import { describe, expect, it } from 'vitest';
import { SessionPool } from '../../src/transport/session-pool.js';
import type { Session } from '../../src/transport/session.js';

const pool = (size: number) =>
  new SessionPool(size, {
    target: { url: new URL('http://127.0.0.1:1/'), tls: {}, connectTimeoutMs: 1, maxResponseBytes: 1 },
    connect: () => Promise.reject(new Error('not in this test')),
    authenticate: () => Promise.resolve({ kind: 'none' }),
    idleMs: 1,
  });
const live = new AbortController().signal;

describe('SessionPool', () => {
  it('gives a session to one holder at a time, oldest waiter first', async () => {
    const sessions = pool(2);
    const holders = new Map<Session, string>();
    const order: string[] = [];
    const hold = (name: string) =>
      sessions.with(live, async (session) => {
        expect(holders.has(session)).toBe(false);
        holders.set(session, name);
        order.push(name);
        await new Promise((resolve) => setTimeout(resolve, 2));
        expect(holders.size).toBeLessThanOrEqual(2);
        holders.delete(session);
      });
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(hold));
    expect(order).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('frees the session when its use fails', async () => {
    const sessions = pool(1);
    await expect(sessions.with(live, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    await expect(sessions.with(live, () => Promise.resolve(5))).resolves.toBe(5);
  });

  it('lets an aborted waiter go, without losing the session it waited for', async () => {
    const sessions = pool(1);
    const controller = new AbortController();
    let free!: () => void;
    const holding = sessions.with(live, () => new Promise<void>((resolve) => (free = resolve)));
    const waiting = sessions.with(controller.signal, () => Promise.resolve('never'));
    controller.abort(new Error('no longer'));
    await expect(waiting).rejects.toThrow('no longer');
    free();
    await holding;
    await expect(sessions.with(live, () => Promise.resolve('next'))).resolves.toBe('next');
    await expect(sessions.with(controller.signal, () => Promise.resolve('never'))).rejects.toThrow('no longer');
  });
});
