import { expect, it, vi } from 'vitest';

vi.mock('hyperv-wsman', () => import('../../src/index.js'));
vi.mock('hyperv-wsman/testing', () => import('../../src/testing/index.js'));

it('asks a host of a domain, with Kerberos', async () => {
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  await import(new URL('../../examples/domain.js', import.meta.url).href);
  log.mockRestore();
  expect(said).toEqual([
    expect.stringMatching(/^localhost:\d+: Kerberos in Negotiate$/),
    '21024: The migration failed.',
    'asked by ops@EXAMPLE.TEST, sealed: true',
    // KDC_ERR_PREAUTH_REQUIRED, 25, is how a KDC asks for the password.
    'AS krbtgt/EXAMPLE.TEST (error 25)\nAS krbtgt/EXAMPLE.TEST\nTGS HTTP/localhost',
  ]);
});
