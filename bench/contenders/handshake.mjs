// Each call is a new connection, proved who is calling, and one GetError on it.
import { HyperVHost } from 'hyperv-wsman';
import { INSTANCE_ID } from './get-error.mjs';

/**
 * @param options.client - the options of the client
 * @param options.newClient - whether each call has a client of its own, which holds no ticket yet; else one client takes a new connection
 */
export async function open({ client, newClient }) {
  // A connection that was idle for longer than no time is replaced.
  const options = { ...client, idleMs: 0 };
  const shared = newClient ? null : new HyperVHost(options);
  return {
    async run(calls) {
      for (let call = 0; call < calls; call++) {
        const host = shared ?? new HyperVHost(options);
        await host.migrationJob(INSTANCE_ID).getError();
        if (shared === null) await host.close();
      }
    },
    close: () => shared?.close(),
  };
}
