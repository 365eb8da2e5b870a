import { describe, expect, it } from 'vitest';
import { EventFeed } from '../../../src/hyperv/queue/event-feed.js';

type Event = { readonly of: string; readonly percent?: number };

const feedOf = () => new EventFeed<Event>((later, earlier) => later.percent !== undefined && earlier.percent !== undefined && later.of === earlier.of);

async function all(events: AsyncIterable<Event>): Promise<Event[]> {
  const taken: Event[] = [];
  for await (const event of events) taken.push(event);
  return taken;
}

describe('an event feed', () => {
  it('gives every reader what is pushed after it came', async () => {
    const feed = feedOf();
    const first = all(feed.read());
    feed.push({ of: 'a' });
    const second = all(feed.read());
    feed.push({ of: 'b' });
    feed.end();
    expect(await first).toEqual([{ of: 'a' }, { of: 'b' }]);
    expect(await second).toEqual([{ of: 'b' }]);
  });

  it('keeps only the last of what replaces what was not taken', async () => {
    const feed = feedOf();
    const events = feed.read();
    for (const event of [{ of: 'a', percent: 1 }, { of: 'a' }, { of: 'b', percent: 1 }, { of: 'a', percent: 2 }]) feed.push(event);
    feed.end();
    expect(await all(events)).toEqual([{ of: 'a' }, { of: 'b', percent: 1 }, { of: 'a', percent: 2 }]);
  });

  it('wakes a reader that waits', async () => {
    const feed = feedOf();
    const next = feed.read().next();
    feed.push({ of: 'a' });
    expect(await next).toEqual({ value: { of: 'a' }, done: false });
  });

  it('wakes every call of a reader that waits', async () => {
    const feed = feedOf();
    const events = feed.read();
    const nexts = [events.next(), events.next(), events.next()];
    feed.push({ of: 'a' });
    feed.push({ of: 'b' });
    feed.end();
    expect(await Promise.all(nexts)).toEqual([{ value: { of: 'a' }, done: false }, { value: { of: 'b' }, done: false }, { value: undefined, done: true }]);
  });

  it('lets a reader go that leaves, even while it waits', async () => {
    const feed = feedOf();
    const events = feed.read();
    const next = events.next();
    await events.return?.();
    expect(await next).toEqual({ value: undefined, done: true });
    feed.push({ of: 'a' });
    expect(await events.next()).toEqual({ value: undefined, done: true });
  });
});
