// GetError over every way to a host, against the bare loops that post the same bytes.
import { getErrorEnvelope } from '../lib/capture.mjs';
import { compete } from '../lib/compete.mjs';
import { waysTo } from '../lib/server.mjs';
import { perRound, spread } from '../lib/statistics.mjs';

const BARE = 'node:http';
/** Enough calls for V8 to have compiled what is hot. */
const WARM_UP = 4000;

/** @param bench - see main.mjs */
export async function run({ server, rounds, quick }) {
  const calls = quick ? 300 : 3000;
  const common = { calls, warmUp: WARM_UP };
  const { http, https, ntlm, kerberos } = waysTo(server);
  const envelopes = [await getErrorEnvelope(http)];
  const bare = (name, module, options) => ({ name, module, options: { ...options, envelopes }, ...common });
  const ours = (name, options, transport) => ({ name: `${transport}, ${name}`, module: 'get-error.mjs', options: { ...options, transport }, ...common });
  // Sealing and TLS are the same work for both.
  const sealing = quick ? ['undici'] : ['axios', 'undici'];
  const contenders = [
    bare(BARE, 'bare-http.mjs', { url: http.url }),
    bare('undici', 'bare-undici.mjs', { url: http.url }),
    ...['axios', 'undici'].map((transport) => ours('HTTP', http, transport)),
    ...sealing.flatMap((transport) => [ours('HTTP, NTLM sealed', ntlm, transport), ours('HTTP, Kerberos sealed', kerberos, transport)]),
    bare('node:https', 'bare-http.mjs', { url: https.url, ca: https.tls.ca }),
    bare('undici, TLS', 'bare-undici.mjs', { url: https.url, ca: https.tls.ca }),
    ...sealing.map((transport) => ours('HTTPS', https, transport)),
  ];
  const results = await compete(contenders, { rounds });
  const cpu = (figure) => perRound(results, (round) => figure((name) => round[name].cpu));
  const timesBare = (name) => cpu((of) => of(name) / of(BARE));
  const added = (transport, mechanism) => cpu((of) => (of(`${transport}, HTTP, ${mechanism} sealed`) - of(`${transport}, HTTP`)) / of(BARE));
  const figures = contenders.map(({ name }) => ({
    what: name,
    'CPU µs a call': spread(results[name].map((result) => result.cpu / calls)),
    [`x ${BARE}`]: timesBare(name),
    'wall µs a call': spread(results[name].map((result) => result.wall / calls)),
  }));
  const sealed = sealing.flatMap((transport) =>
    ['NTLM', 'Kerberos'].map((mechanism) => ({ what: `${transport}: ${mechanism} sealed, added to plain`, [`x ${BARE}`]: added(transport, mechanism) })),
  );
  return {
    figures: [...figures, ...sealed],
    targets: [
      { what: 'GetError, undici: CPU against node:http', value: timesBare('undici, HTTP'), must: 1.8, aim: 1.3, unit: ' x' },
      { what: 'GetError, axios: CPU against node:http', value: timesBare('axios, HTTP'), must: 5, aim: 4, unit: ' x' },
      { what: 'GetError, undici: CPU that NTLM adds, against node:http', value: added('undici', 'NTLM'), must: 0.8, aim: 0.4, unit: ' x' },
    ],
  };
}
