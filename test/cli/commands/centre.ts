import { afterEach } from 'vitest';
import { SimulatedDataCentre, type SimulatedDataCentreOptions } from '../../../src/testing/index.js';
import { FakeIo, type Run } from '../fake-io.js';

const USER = { username: 'kim', password: 'Run-Book-7' };
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A data centre for one test, with `web01` and `db01` on `hv01`. */
export type Centre = {
  readonly centre: SimulatedDataCentre;
  /** Their GUIDs. */
  readonly web01: string;
  readonly db01: string;
  readonly url: (host: string) => string;
  /** Runs a command against `hv01`. */
  readonly cli: (argv: readonly string[], io?: FakeIo) => Promise<Run>;
};

export async function startCentre(options: Partial<SimulatedDataCentreOptions> = {}): Promise<Centre> {
  const centre = await SimulatedDataCentre.start({ hosts: ['hv01', 'hv02'], migrationMs: 40, users: [USER], ...options });
  closers.push(() => centre.close());
  const url = (host: string): string => centre.host(host).url;
  return {
    centre,
    web01: centre.addMachine('hv01', { name: 'web01', memoryMb: 2048 }),
    db01: centre.addMachine('hv01', { name: 'db01', state: 'off' }),
    url,
    cli: ([command = '', ...argv], io = newIo()) => io.run(command, '--url', url('hv01'), '--username', USER.username, ...argv),
  };
}

export function newIo(stdin: string = ''): FakeIo {
  return new FakeIo({ stdin, env: { HYPERV_WSMAN_PASSWORD: USER.password } });
}

/** The JSON Lines of a run. */
export function linesOf({ stdout }: Pick<Run, 'stdout'>): readonly Readonly<Record<string, unknown>>[] {
  return stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
