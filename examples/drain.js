// Empties a host: prints who would go where, and with --drain moves them. After `npm run build`:
//   SOURCE_URL=https://hv01.example DESTINATION_URLS='https://hv02.example https://hv03.example' HYPERV_USER='EXAMPLE\ops' \
//     HYPERV_PASSWORD=... node examples/drain.js [--drain]
// Ctrl-C starts nothing more, and waits for what runs.
import { HyperVHost, HyperVWsmanError, MigrationQueue } from 'hyperv-wsman';

const { SOURCE_URL = '', DESTINATION_URLS = '', HYPERV_USER = '', HYPERV_PASSWORD = '' } = process.env;

const connect = (url = '') => new HyperVHost({ url, auth: { type: 'negotiate', username: HYPERV_USER, password: HYPERV_PASSWORD } });
const source = connect(SOURCE_URL);
const others = DESTINATION_URLS.split(/\s+/).filter(Boolean).map(connect);
const queue = new MigrationQueue();

try {
  const plan = await queue.planDrain(source, { to: others, precheck: true });
  const names = new Map(plan.hosts.map(({ host, name }) => [host, name]));
  for (const { machine, to } of plan.moves) console.log(`${machine.name} -> ${names.get(to)}`);
  for (const { machine, why } of plan.skipped) console.log(`${machine.name} stays: ${why}`);
  if (process.argv.includes('--drain')) {
    const run = queue.drain(plan);
    process.once('SIGINT', () => queue.stop().then(() => queue.close()));
    for await (const { migration, ended, total } of run) console.error(`${ended}/${total} ${migration.machine.name} ${migration.state} ${migration.percent ?? ''}`);
    const { outcomes, isDrained } = await run.done;
    for (const { machine, kind, reason } of outcomes) console.log(`${machine.name} ${kind}${reason === null ? '' : `: ${reason}`}`);
    process.exitCode = isDrained ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof HyperVWsmanError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await queue.close();
  await Promise.all([source, ...others].map((host) => host.close()));
}
