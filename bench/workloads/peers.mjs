// Other clients, where the distribution has installed them: the same GetError over the same server.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { getErrorEnvelope } from '../lib/capture.mjs';
import { compete } from '../lib/compete.mjs';
import { waysTo } from '../lib/server.mjs';
import { perRound, spread } from '../lib/statistics.mjs';

const BARE = 'node:http';
/** Enough calls for V8 to have compiled what is hot. */
const WARM_UP = 1000;
/** Debian's: another Python on the path does not see its packages. */
const PYTHON = '/usr/bin/python3';
const WINRM_PEER = fileURLToPath(new URL('../contenders/winrm_peer.py', import.meta.url));
const OPENSSL_CONF = fileURLToPath(new URL('../contenders/openssl-legacy.cnf', import.meta.url));

/** @param bench - see main.mjs */
export async function run({ server, rounds, quick }) {
  const calls = quick ? 300 : 1000;
  const common = { calls, warmUp: WARM_UP };
  const { http, ntlm } = waysTo(server);
  const envelope = await getErrorEnvelope(http);
  const hasWinrm = spawnSync(PYTHON, ['-c', 'import winrm, requests_ntlm'], { stdio: 'ignore' }).status === 0;
  const pywinrm = (name, transport) => ({ name: `pywinrm, ${name}`, command: [PYTHON, WINRM_PEER], env: { OPENSSL_CONF }, options: { url: http.url, ...server.user, transport, envelope }, ...common });
  const contenders = [
    { name: BARE, module: 'bare-http.mjs', options: { url: http.url, envelopes: [envelope] }, ...common },
    { name: 'hyperv-wsman, undici, HTTP', module: 'get-error.mjs', options: { ...http, transport: 'undici' }, ...common },
    { name: 'hyperv-wsman, undici, NTLM sealed', module: 'get-error.mjs', options: { ...ntlm, transport: 'undici' }, ...common },
    ...(hasWinrm ? [pywinrm('HTTP, Basic', 'plaintext'), pywinrm('NTLM sealed', 'ntlm')] : []),
  ];
  const results = await compete(contenders, { rounds });
  const figures = contenders.map(({ name }) => ({
    what: name,
    'CPU µs a call': spread(results[name].map(({ cpu }) => cpu / calls)),
    [`x ${BARE}`]: perRound(results, (round) => round[name].cpu / round[BARE].cpu),
    'wall µs a call': spread(results[name].map(({ wall }) => wall / calls)),
  }));
  return { figures, notes: hasWinrm ? [] : ['pywinrm is not installed (python3-winrm of Debian), so it was not measured.'] };
}
