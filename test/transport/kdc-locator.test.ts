import { describe, expect, it } from 'vitest';
import { AuthError, TransportError, UsageError } from '../../src/errors.js';
import { type KdcAddress, type SrvRecord, createKdcLocator } from '../../src/transport/kdc-locator.js';

const quiet = new AbortController().signal;
const noDns = (): Promise<never> => Promise.reject(new Error('DNS was asked'));
const failing = (code: string) => (): Promise<never> => Promise.reject(Object.assign(new Error(`querySrv ${code}`), { code }));

function locate(kdcs: readonly string[] | null, options: { dns?: boolean; resolveSrv?: (name: string) => Promise<readonly SrvRecord[]>; random?: () => number; realm?: string } = {}): Promise<readonly KdcAddress[]> {
  const realms = new Map(kdcs === null ? [] : [['EXAMPLE', { kdcs }]]);
  return createKdcLocator({ realms, dnsLookupKdc: options.dns ?? true }, options.resolveSrv ?? noDns, options.random ?? (() => 0))(options.realm ?? 'EXAMPLE', quiet);
}

describe('createKdcLocator', () => {
  it.each([
    ['kdc1.example', 'kdc1.example', 88],
    ['kdc1.example:750', 'kdc1.example', 750],
    ['10.0.0.1:88', '10.0.0.1', 88],
    ['[2001:db8::1]:750', '2001:db8::1', 750],
    ['[2001:db8::1]', '2001:db8::1', 88],
    ['2001:db8::1', '2001:db8::1', 88],
    ['fe80::1%eth0', 'fe80::1%eth0', 88],
    ['::1', '::1', 88],
    ['tcp/kdc1.example:750', 'kdc1.example', 750],
  ])('reads the entry %s', async (entry, host, port) => {
    expect(await locate([entry])).toEqual([{ host, port }]);
  });

  it.each(['kdc1:0', 'kdc1:65536', 'kdc1:port', 'kdc1 kdc2', '[::1', ':88', '', 'kdc1:88:', 'dead:beef'])('refuses the entry %j', async (entry) => {
    await expect(locate([entry])).rejects.toThrow(UsageError);
  });

  it('keeps the order of the entries, and asks no DNS', async () => {
    expect(await locate(['b', 'a'])).toEqual([{ host: 'b', port: 88 }, { host: 'a', port: 88 }]);
  });

  it('passes over entries that are not asked over TCP', async () => {
    expect(await locate(['https://proxy/KdcProxy', 'udp/a', 'b'])).toEqual([{ host: 'b', port: 88 }]);
  });

  it('says so when there are no others', async () => {
    const error: unknown = await locate(['https://proxy.example/KdcProxy']).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthError);
    expect(error).toMatchObject({ message: expect.stringContaining('https://proxy.example/KdcProxy') as string });
  });

  it('asks DNS for a realm without entries', async () => {
    const names: string[] = [];
    const resolveSrv = (name: string): Promise<readonly SrvRecord[]> => {
      names.push(name);
      return Promise.resolve([{ name: 'dc1.example', port: 88, priority: 0, weight: 100 }]);
    };
    expect(await locate(null, { resolveSrv })).toEqual([{ host: 'dc1.example', port: 88 }]);
    expect(await locate([], { resolveSrv })).toEqual([{ host: 'dc1.example', port: 88 }]);
    expect(names).toEqual(['_kerberos._tcp.EXAMPLE', '_kerberos._tcp.EXAMPLE']);
  });

  it.each(['ENOTFOUND', 'ENODATA'])('knows none when DNS says %s', async (code) => {
    expect(await locate(null, { resolveSrv: failing(code) })).toEqual([]);
  });

  it('fails when DNS does not answer', async () => {
    const error: unknown = await locate(null, { resolveSrv: failing('ETIMEOUT') }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ message: 'DNS gave no answer for the KDCs of realm EXAMPLE: querySrv ETIMEOUT' });
  });

  it('asks no DNS when that is off, or for a realm that is no domain name', async () => {
    expect(await locate(null, { dns: false })).toEqual([]);
    expect(await locate(null, { realm: 'A/B C' })).toEqual([]);
  });

  it('takes a target of . for no KDC (RFC 2782)', async () => {
    expect(await locate(null, { resolveSrv: () => Promise.resolve([{ name: '', port: 0, priority: 0, weight: 0 }]) })).toEqual([]);
  });

  const record = (name: string, priority: number, weight: number): SrvRecord => ({ name, port: 88, priority, weight });
  const MIXED = [record('backup', 20, 1000), record('small', 10, 1), record('large', 10, 3), record('zero', 10, 0)];

  it.each([
    // RFC 2782: the running sums of priority 10 are zero 0, small 1, large 4. 0.3 of 0 to 4 is 1: small; then, of zero 0 and large 3, 1 again: large.
    [0, ['zero', 'small', 'large', 'backup']],
    [0.3, ['small', 'large', 'zero', 'backup']],
    [0.99, ['large', 'small', 'zero', 'backup']],
  ])('orders by priority, and by lot among equals: %d', async (drawn, names) => {
    const found = await locate(null, { resolveSrv: () => Promise.resolve(MIXED), random: () => drawn });
    expect(found.map(({ host }) => host)).toEqual(names);
  });

  it('stops waiting for DNS with the signal', async () => {
    const reason = new Error('enough');
    const locator = createKdcLocator({ realms: new Map(), dnsLookupKdc: true }, () => new Promise(() => undefined), () => 0);
    await expect(locator('EXAMPLE', AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
