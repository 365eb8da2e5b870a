import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type ConnectionOptions, addConnectionOptions, toClientOptions } from '../../src/cli/connection-options.js';
import { FakeIo } from './fake-io.js';

const password = (): string => 'secret';
const FINGERPRINT = 'AB:'.repeat(31) + 'CD';

describe('connection options', () => {
  it.each<[argv: readonly string[], expected: unknown]>([
    [
      ['--url', 'http://hv01', '--username', 'ops'],
      { url: 'http://hv01', auth: { type: 'ntlm', username: 'ops', password }, tls: {} },
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
      { url: 'https://hv01', auth: { type: 'none' }, tls: { rejectUnauthorized: false } },
    ],
    [
      ['--url', 'https://hv01', '--auth', 'none', '--ca', '-'],
      { url: 'https://hv01', auth: { type: 'none' }, tls: { ca: 'a certificate' } },
    ],
  ])('become the options of a client: %j', async (argv, expected) => {
    const command = addConnectionOptions(new Command()).parse(argv, { from: 'user' });
    const io = new FakeIo({ stdin: 'a certificate' });
    await expect(toClientOptions(io, command.opts<ConnectionOptions>(), password)).resolves.toEqual(expected);
  });
});
