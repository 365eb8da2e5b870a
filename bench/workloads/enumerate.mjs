// Enumerating very many instances, against the bare loops that pull the same pages.
import { enumerationEnvelopes } from '../lib/capture.mjs';
import { compete } from '../lib/compete.mjs';
import { waysTo } from '../lib/server.mjs';
import { perRound, spread } from '../lib/statistics.mjs';

const MB = 1_000_000;
const LARGE = 200;
const BARE = `node:http, pages of ${LARGE}`;

/** Enough instances for V8 to have compiled what is hot. */
const ENOUGH = 5000;

/** @param bench - see main.mjs */
export async function run({ server, rounds, quick }) {
  const { instances } = server;
  const warmUp = Math.min(ENOUGH, instances);
  const { http, ntlm } = waysTo(server);
  const large = await enumerationEnvelopes(http, { pageSize: LARGE });
  const own = await enumerationEnvelopes(http);
  const bare = (name, module, { envelopes, pageSize }) => {
    const pagesOf = (count) => Math.ceil(count / pageSize);
    return { name: `${name}, pages of ${pageSize}`, module, options: { url: http.url, envelopes }, calls: pagesOf(instances), warmUp: pagesOf(warmUp) };
  };
  const ours = (name, client, options) => ({ name, module: 'enumerate.mjs', options: { client, ...options }, calls: instances, warmUp });
  const typed = ['undici', 'axios'].map((transport) => ours(`${transport}, typed`, { ...http, transport }));
  const others = ['undici', 'axios'].flatMap((transport) => [
    ours(`${transport}, typed, NTLM sealed`, { ...ntlm, transport }),
    ours(`${transport}, raw`, { ...http, transport }, { raw: true }),
    ours(`${transport}, raw, NTLM sealed`, { ...ntlm, transport }, { raw: true }),
    ...(own.pageSize === LARGE ? [] : [ours(`${transport}, typed, pages of ${LARGE}`, { ...http, transport }, { enumeration: { pageSize: LARGE } })]),
    ours(`${transport}, typed, keeping one property`, { ...http, transport }, { keep: 'Name' }),
  ]);
  const contenders = [
    bare('node:http', 'bare-http.mjs', large),
    bare('undici', 'bare-undici.mjs', large),
    ...(own.pageSize === LARGE ? [] : [bare('node:http', 'bare-http.mjs', own)]),
    ...typed,
    ...(quick ? others.slice(0, 1) : others),
  ];
  const results = await compete(contenders, { rounds });
  const sizes = await compete(contenders, { rounds: Math.min(rounds, 3), memory: true });
  const timesBare = (name) => perRound(results, (round) => round[name].cpu / round[BARE].cpu);
  const aboveBare = (name) => perRound(sizes, (round) => (round[name].peak - round[BARE].peak) / MB);
  const figures = contenders.map(({ name }) => ({
    what: name,
    'CPU µs an instance': spread(results[name].map(({ cpu }) => cpu / instances)),
    'x bare': timesBare(name),
    'wall s': spread(results[name].map(({ wall }) => wall / 1e6)),
    'peak MB': spread(sizes[name].map(({ peak }) => peak / MB)),
    'above bare, MB': aboveBare(name),
  }));
  const targetsOf = (transport) => [
    { what: `enumerate typed, ${transport}: CPU an instance against node:http`, value: timesBare(`${transport}, typed`), must: 16, aim: 8, unit: ' x' },
    { what: `enumerate typed, ${transport}: peak RSS above node:http's`, value: aboveBare(`${transport}, typed`), must: 60, aim: 30, unit: ' MB' },
  ];
  return {
    figures,
    targets: [...targetsOf('undici'), ...targetsOf('axios')],
    notes: [`${instances} instances. The client's own page size is ${own.pageSize}; "x bare" is against ${BARE}.`],
  };
}
