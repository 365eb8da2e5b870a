// New connections: what the first answer costs, in CPU, in HTTP round trips and in exchanges with the KDC, which the server counts.
import { compete } from '../lib/compete.mjs';
import { waysTo } from '../lib/server.mjs';
import { spread } from '../lib/statistics.mjs';

/** @param bench - see main.mjs */
export async function run({ server, rounds, quick }) {
  const calls = quick ? 20 : 200;
  const { http, https, ntlm, ntlmOverHttps, kerberos } = waysTo(server);
  const contender = (name, client, newClient = false) => ({ name, module: 'handshake.mjs', options: { client: { ...client, transport: 'undici' }, newClient }, calls, warmUp: Math.min(calls, 50) });
  const contenders = [
    contender('HTTP, no authentication', http),
    contender('NTLM', ntlm),
    contender('HTTPS, no authentication', https),
    contender('NTLM over HTTPS', ntlmOverHttps),
    contender('Kerberos, ticket held', kerberos),
    contender('Kerberos, from a password', kerberos, true),
  ];
  const results = await compete(contenders, { rounds, afterRun: () => server.counts() });
  const roundTrips = (name) => spread(results[name].map(({ httpRequests }) => httpRequests / calls));
  const figures = contenders.map(({ name }) => ({
    what: name,
    'HTTP round trips': roundTrips(name),
    'KDC exchanges': spread(results[name].map(({ kdcExchanges }) => kdcExchanges / calls)),
    'CPU µs': spread(results[name].map(({ cpu }) => cpu / calls)),
    'wall µs': spread(results[name].map(({ wall }) => wall / calls)),
  }));
  return {
    figures,
    targets: [
      { what: 'first sealed NTLM call: HTTP round trips', value: roundTrips('NTLM'), must: 3, aim: 3, unit: '' },
      { what: 'first sealed Kerberos call, ticket held: HTTP round trips', value: roundTrips('Kerberos, ticket held'), must: 2, aim: 2, unit: '' },
    ],
    notes: ['For each: a new connection and one GetError on it; the round trips count the answer, too.'],
  };
}
