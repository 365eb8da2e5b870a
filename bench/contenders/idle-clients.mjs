// Many clients at a time, each with a connection that has answered one Get; what one of them takes in memory.
import { setTimeout } from 'node:timers/promises';
import { WsmanClient, untyped } from 'hyperv-wsman';
import { Client } from 'undici';
import { MACHINE } from '../lib/capture.mjs';
import { post } from './bare-undici.mjs';

/**
 * @param options.client - the options of the client; without them it is a bare undici
 * @param options.url - where to, for the bare one
 * @param options.envelope - what the bare one posts
 * @param options.before - how many there are before those that are measured
 */
export async function open({ client: clientOptions, url, envelope, before }) {
  const connect = clientOptions === undefined ? () => bare(url, envelope) : () => ours(clientOptions);
  // What is loaded and compiled with the first is not the others', and what the process had to spare hides the next ones.
  const first = [];
  while (first.length < before) first.push(await connect());
  return {
    async run(calls) {
      const memory = await settled();
      const clients = [];
      while (clients.length < calls) clients.push(await connect());
      const after = await settled();
      for (const client of clients) await client.close();
      return { rss: (after.rss - memory.rss) / calls, heap: (after.heapUsed - memory.heapUsed) / calls };
    },
    close: () => Promise.all(first.map((client) => client.close())),
  };
}

async function ours(options) {
  const client = new WsmanClient(options);
  await client.get(MACHINE, { typeOf: untyped });
  return client;
}

async function bare(url, envelope) {
  const { origin, pathname } = new URL(url);
  const client = new Client(origin);
  await post(client, pathname, envelope);
  return client;
}

/** The memory when what was thrown away is collected, finalizers run in between. */
async function settled() {
  for (let time = 0; time < 3; time++) {
    globalThis.gc();
    await setTimeout(50);
  }
  return process.memoryUsage();
}
