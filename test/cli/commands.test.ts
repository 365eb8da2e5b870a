import { describe, expect, it } from 'vitest';
import { loadCommands } from '../../src/cli/commands.js';
import { FakeIo } from './fake-io.js';

const NAMES = [
  'get-error', 'explain', 'vms', 'vm', 'preflight', 'precheck', 'migrate', 'watch', 'cancel', 'jobs', 'drain', 'identify',
  'get', 'put', 'enum', 'query', 'associators', 'invoke', 'subscribe', 'run', 'decode', 'simulate', 'record', 'replay',
];

async function namesOf(asked: string | undefined): Promise<readonly string[]> {
  const nothing = (): void => undefined;
  return (await loadCommands(asked)).map((makeCommand) => makeCommand(new FakeIo(), nothing, () => Promise.resolve(0)).name());
}

describe('loadCommands', () => {
  it.each(NAMES)('gives %s alone when it is asked for', async (name) => {
    expect(await namesOf(name)).toEqual([name]);
  });

  it.each([undefined, '', '--help', '--', 'help', 'get-eror', 'GET', 'constructor', '__proto__'])('gives all of them, in the order of the help, for %j', async (asked) => {
    expect(await namesOf(asked)).toEqual(NAMES);
  });

  it('leaves no command out of the help', async () => {
    const { stdout } = await new FakeIo().run('--help');
    expect([...stdout.matchAll(/^ {2}([a-z-]+) [[<]/gm)].map((match) => match[1])).toEqual([...NAMES, 'help']);
  });
});
