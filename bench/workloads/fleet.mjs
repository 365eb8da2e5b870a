// A thousand hosts polled every second, NTLM-sealed, by one process.
import { getEnvelope } from '../lib/capture.mjs';
import { compete } from '../lib/compete.mjs';
import { waysTo } from '../lib/server.mjs';
import { spread } from '../lib/statistics.mjs';

/** @param bench - see main.mjs */
export async function run({ server, rounds, quick }) {
  const { http, ntlm } = waysTo(server);
  const hosts = quick ? 100 : 1000;
  const seconds = quick ? 1 : 10;
  const contender = (name, options) => ({ name, module: 'fleet.mjs', options: { hosts, ...options }, calls: seconds, warmUp: quick ? 1 : 5 });
  const contenders = [
    contender('bare undici', { url: http.url, envelope: await getEnvelope(http) }),
    contender('undici, HTTP', { client: { ...http, transport: 'undici' } }),
    contender('undici, NTLM sealed', { client: { ...ntlm, transport: 'undici' } }),
  ];
  const results = await compete(contenders, { rounds });
  const share = (name) => spread(results[name].map(({ cpu, wall }) => (cpu / wall) * 100));
  const figures = contenders.map(({ name }) => ({
    what: name,
    '% of a core': share(name),
    'p50 ms': spread(results[name].map(({ p50 }) => p50)),
    'p99 ms': spread(results[name].map(({ p99 }) => p99)),
  }));
  const target = { what: `${hosts} hosts each second, NTLM sealed, undici: share of a core`, value: share('undici, NTLM sealed'), must: 60, aim: 30, unit: ' %' };
  // The target is for a thousand hosts.
  return { figures, targets: quick ? [] : [target], notes: [`${hosts} hosts, a Get of each every second, for ${seconds} s a round.`] };
}
