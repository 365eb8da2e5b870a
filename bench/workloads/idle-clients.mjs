// The memory of clients that are connected and have nothing to do.
import { getEnvelope } from '../lib/capture.mjs';
import { compete } from '../lib/compete.mjs';
import { waysTo } from '../lib/server.mjs';
import { spread } from '../lib/statistics.mjs';

const KIB = 1024;

/** @param bench - see main.mjs */
export async function run({ server, rounds, quick }) {
  const calls = quick ? 100 : 1000;
  const { http, ntlm } = waysTo(server);
  const contender = (name, options) => ({ name, module: 'idle-clients.mjs', options: { ...options, before: calls / 4 }, calls, fresh: true });
  const contenders = [
    contender('bare undici', { url: http.url, envelope: await getEnvelope(http) }),
    ...['undici', 'axios'].flatMap((transport) => [
      contender(`${transport}, HTTP`, { client: { ...http, transport } }),
      contender(`${transport}, NTLM sealed`, { client: { ...ntlm, transport } }),
    ]),
  ];
  const results = await compete(contenders, { rounds });
  const each = (name, key) => spread(results[name].map((result) => result[key] / KIB));
  const figures = contenders.map(({ name }) => ({ what: name, 'RSS each, KiB': each(name, 'rss'), 'V8 heap each, KiB': each(name, 'heap') }));
  // The target is for a thousand: of fewer, what the process had to spare weighs too much.
  const target = (name) => ({ what: `${calls} idle clients, ${name}: RSS each`, value: each(name, 'rss'), must: 150, aim: 60, unit: ' KiB' });
  return { figures, targets: quick ? [] : contenders.slice(1).map(({ name }) => target(name)), notes: [`${calls} connected clients, each after one Get.`] };
}
