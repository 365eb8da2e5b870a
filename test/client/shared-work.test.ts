import { describe, expect, it } from 'vitest';
import { SharedWork } from '../../src/client/shared-work.js';

const signal = new AbortController().signal;

/** Work that ends when told, and what became of it. */
function work() {
  const begun: AbortSignal[] = [];
  let finish: (value: string) => void = () => undefined;
  return {
    begun,
    finish: (value: string) => finish(value),
    run: (given: AbortSignal): Promise<string> => {
      begun.push(given);
      return new Promise((resolve) => (finish = resolve));
    },
  };
}

describe('shared work', () => {
  it('is done once for all who wait, and anew for who comes after', async () => {
    const shared = new SharedWork<string>();
    const { begun, finish, run } = work();
    const both = Promise.all([shared.join(run, signal), shared.join(run, signal)]);
    finish('one');
    expect(await both).toEqual(['one', 'one']);
    const next = shared.join(run, signal);
    finish('two');
    expect(await next).toBe('two');
    expect(begun).toHaveLength(2);
  });

  it('fails for all who wait', async () => {
    const shared = new SharedWork<string>();
    const fail = () => Promise.reject(new Error('no'));
    const results = await Promise.allSettled([shared.join(fail, signal), shared.join(fail, signal)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('goes on when one of two gives up, and is given up with the last', async () => {
    const shared = new SharedWork<string>();
    const { begun, run } = work();
    const controllers = [new AbortController(), new AbortController()] as const;
    const [one, other] = controllers.map((controller) => shared.join(run, controller.signal));
    controllers[0].abort(new Error('enough'));
    await expect(one).rejects.toThrow('enough');
    expect(begun[0]?.aborted).toBe(false);
    controllers[1].abort(new Error('enough too'));
    await expect(other).rejects.toThrow('enough too');
    expect(begun[0]?.aborted).toBe(true);
  });

  it('that never ends holds up nobody who comes after it was given up', async () => {
    const shared = new SharedWork<string>();
    const controller = new AbortController();
    const stuck = shared.join(() => new Promise(() => undefined), controller.signal);
    controller.abort(new Error('enough'));
    await expect(stuck).rejects.toThrow('enough');
    expect(await shared.join(() => Promise.resolve('done'), signal)).toBe('done');
  });

  it('does not begin for who has given up before', async () => {
    const { begun, run } = work();
    await expect(new SharedWork<string>().join(run, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(begun).toEqual([]);
  });
});
