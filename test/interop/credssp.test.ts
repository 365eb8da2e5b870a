/** CredSSP against FreeRDP's server, an acceptor that shares no code with ours. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concat, fromHex } from '../../src/bytes.js';
import type { CredsspContext } from '../../src/transport/credssp-context.js';
import { CREDENTIALS, credsspClient, ntlmInitiator } from '../transport/credssp-support.js';
import { requireParts } from './available.js';
import { RdpConnection, type RdpServer, startRdpServer } from './credssp.js';

/** A TPKT that is no MCS Connect Initial, which is what the server takes next once it has logged the user on. */
const NO_CONNECT_INITIAL = fromHex('0300 0008  02f0 80 00');
/** What the server then says: it was past its authentication. */
const PAST_AUTHENTICATION = 'CONNECTION_STATE_NEGO - rdp_server_accept_mcs_connect_initial() fail';
const IN_AUTHENTICATION = 'CONNECTION_STATE_INITIAL - rdp_server_accept_nego() fail';

describe.skipIf(!requireParts('freerdp', 'xvfb'))('CredSSP with FreeRDP', () => {
  let server: RdpServer;
  beforeAll(async () => { server = await startRdpServer(CREDENTIALS); }, 30_000);
  afterAll(() => server.stop());

  /** Goes as far as the credentials, which it gives; `null` when the server hangs up before. */
  async function handshake(rdp: RdpConnection, client: CredsspContext): Promise<Uint8Array | null> {
    let token = await client.step(null);
    while (token !== null && !client.complete) {
      const answer = await rdp.exchange(token);
      if (answer === null) return null;
      token = await client.step(answer);
    }
    return token;
  }

  /** Runs `use` on a connection until the server hangs up, and waits for what it has to say about that. */
  async function expectLog(line: string, use: (rdp: RdpConnection) => Promise<void>): Promise<void> {
    const rdp = await RdpConnection.open(server.port);
    const before = server.log().length;
    await use(rdp);
    await rdp.ended();
    await expect.poll(() => server.log().slice(before)).toContain(line);
  }

  it.each([[[5, 6]], [[4]], [[3]], [[2]]])('versions %j: it takes the proof of the key, gives its own, and opens the credentials and a sealed message', async (versions) => {
    await expectLog(PAST_AUTHENTICATION, async (rdp) => {
      const client = credsspClient({ versions });
      rdp.send((await handshake(rdp, client))!);
      const { signature, data } = await client.wrap(NO_CONNECT_INITIAL);
      rdp.send(concat(signature, data));
    });
  });

  it('a wrong password goes no further than the inner handshake', async () => {
    await expectLog(IN_AUTHENTICATION, async (rdp) => {
      expect(await handshake(rdp, credsspClient({ inner: ntlmInitiator('wrong') }))).toBeNull();
    });
  });

  it('credentials that were changed on their way are refused', async () => {
    await expectLog(IN_AUTHENTICATION, async (rdp) => {
      const token = (await handshake(rdp, credsspClient()))!;
      token[token.length - 1]! ^= 1;
      rdp.send(token);
    });
  });
});
