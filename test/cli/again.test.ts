import { describe, expect, it } from 'vitest';
import { commandLine } from '../../src/cli/again.js';

describe('commandLine', () => {
  it('asks the same host in the same way', () => {
    const options = { url: 'https://hv01.example', auth: 'basic', username: "EXAMPLE\\o'neil", passwordFile: '/run/pw', insecure: true, timeout: 5500, transport: 'undici' } as const;
    expect(commandLine(['watch', 'A-1'], options)).toBe(
      "hyperv-wsman watch A-1 --url https://hv01.example --auth basic --username 'EXAMPLE\\o'\\''neil' --password-file /run/pw --timeout 5.5 --transport undici --insecure",
    );
  });

  it('leaves out what is the default', () => {
    expect(commandLine(['jobs'], { url: 'http://hv01', auth: 'ntlm', username: 'ops' })).toBe('hyperv-wsman jobs --url http://hv01 --username ops');
  });
});
