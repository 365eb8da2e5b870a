import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type ConnectionOptions, addConnectionOptions, toClientOptions } from '../../src/cli/connection-options.js';
import { FakeIo } from './fake-io.js';

const password = expect.any(Function) as () => string;
const FINGERPRINT = 'AB:'.repeat(31) + 'CD';

describe('connection options', () => {
  it.each<[argv: readonly string[], expected: unknown]>([
    [
      ['--url', 'http://hv01', '--username', 'ops', '--proxy', 'http://proxy:3128'],
      { url: 'http://hv01', auth: { type: 'negotiate', username: 'ops', password }, tls: {}, proxy: 'http://proxy:3128', transport: 'node' },
    ],
    [
      ['--url', 'http://hv01', '--username', 'ops', '--auth', 'basic', '--allow-insecure', 'basic', '--timeout', '2.5', '--transport', 'undici'],
      { url: 'http://hv01', auth: { type: 'basic', username: 'ops', password }, tls: {}, allowInsecure: ['basic'], timeoutMs: 2500, transport: 'undici' },
    ],
    [
      ['--url', 'https://hv01', '--auth', 'none', '--fingerprint', FINGERPRINT, '--transport', 'axios'],
      { url: 'https://hv01', auth: { type: 'none' }, tls: { fingerprint256: 'AB'.repeat(31) + 'CD' }, transport: 'axios' },
    ],
    [
      ['--url', 'https://hv01', '--auth', 'none', '--insecure'],
      { url: 'https://hv01', auth: { type: 'none' }, tls: { rejectUnauthorized: false }, transport: 'node' },
    ],
    [
      ['--url', 'https://hv01', '--auth', 'none', '--ca', '-'],
      { url: 'https://hv01', auth: { type: 'none' }, tls: { ca: 'a certificate' }, transport: 'node' },
    ],
  ])('become the options of a client: %j', async (argv, expected) => {
    const command = addConnectionOptions(new Command()).parse(argv, { from: 'user' });
    const io = new FakeIo({ stdin: 'a certificate', env: { HYPERV_WSMAN_PASSWORD: 'secret' } });
    expect((await toClientOptions(io, command.opts<ConnectionOptions>())).client).toEqual(expected);
  });
});
