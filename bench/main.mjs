// npm run bench: measures the package against the bare socket. See `--help`.
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { machine } from './lib/machine.mjs';
import { printResult } from './lib/report.mjs';
import { startServer } from './lib/server.mjs';

/** The workloads by name; each module exports `run({ server, rounds, quick })`. To add one, add its file and a line here. */
const WORKLOADS = {
  getError: 'get-error.mjs',
  enumerate: 'enumerate.mjs',
  codecs: 'codecs.mjs',
  handshakes: 'handshakes.mjs',
  startUp: 'start-up.mjs',
  idleClients: 'idle-clients.mjs',
  fleet: 'fleet.mjs',
  peers: 'peers.mjs',
};

const HELP = `npm run bench -- [--only NAME]... [--rounds N] [--quick] [--json FILE] [--list]

  --only NAME   this workload alone; may be given several times, or with commas
  --rounds N    how often contenders take turns; default 5, and 5 at least without --quick
  --quick       few calls and 2 rounds: whether everything runs, and about what it takes
  --json FILE   the results with a description of the machine, as JSON
  --list        the names of the workloads`;

const OPTIONS = {
  only: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
};

const options = readOptions();
if (options !== null) await main(options);

async function main({ names, rounds, quick, json }) {
  const described = machine();
  console.log(`${described.cpu}, ${described.cores} cores, ${described.memoryGiB} GiB; ${described.os}; Node ${described.node}; load ${described.loadAverage.join(' ')}; ${described.date}`);
  console.log(`${rounds} rounds, contenders in turn; median (least – most)`);
  const results = {};
  for (const name of names) {
    const started = performance.now();
    const server = await startServer(quick ? 10_000 : 100_000);
    try {
      const { run } = await import(`./workloads/${WORKLOADS[name]}`);
      results[name] = await run({ server, rounds, quick });
    } finally {
      server.close();
    }
    printResult(name, results[name]);
    console.log(`\n${name} took ${Math.round((performance.now() - started) / 1000)} s`);
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine: described, rounds, quick, results }, null, 2)}\n`);
}

/** `null` when there is nothing to measure. */
function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({ options: OPTIONS }));
  } catch (error) {
    return refuse(error.message);
  }
  if (values.help === true) return tell(HELP);
  if (values.list === true) return tell(Object.keys(WORKLOADS).join('\n'));
  const names = values.only?.flatMap((text) => text.split(',')) ?? Object.keys(WORKLOADS);
  const unknown = names.find((name) => !Object.hasOwn(WORKLOADS, name));
  if (unknown !== undefined) return refuse(`There is no workload ${unknown}: ${Object.keys(WORKLOADS).join(', ')}`);
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < (values.quick ? 1 : 5)) return refuse('--rounds takes a whole number, of 5 at least unless --quick');
  return { names, rounds, quick: values.quick, json: values.json };
}

function tell(text) {
  console.log(text);
  return null;
}

function refuse(reason) {
  console.error(`${reason}\n\n${HELP}`);
  process.exitCode = 2;
  return null;
}
