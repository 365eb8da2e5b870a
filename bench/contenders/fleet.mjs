// Many hosts, each asked once a second: what the asking process takes of a core, and how long answers take.
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { WsmanClient } from 'hyperv-wsman';
import { Client } from 'undici';
import { MACHINE } from '../lib/capture.mjs';
import { post } from './bare-undici.mjs';

/** How often it is looked which hosts are due. */
const TICK_MS = 10;
const PERIOD_MS = 1000;

/**
 * `calls` is how many seconds.
 *
 * @param options.hosts - how many
 * @param options.client - the options of each client; without them it is a bare undici
 * @param options.url - where to, for the bare one
 * @param options.envelope - what the bare one posts
 */
export async function open({ hosts, client, url, envelope }) {
  const clients = [];
  while (clients.length < hosts) clients.push(client === undefined ? bare(url, envelope) : ours(client));
  // Connecting is not polling.
  for (const { ask } of clients) await ask();
  return {
    run: (calls) => poll(clients, calls * PERIOD_MS),
    close: () => Promise.all(clients.map(({ close }) => close())),
  };
}

function ours(options) {
  const client = new WsmanClient(options);
  return { ask: () => client.get(MACHINE), close: () => client.close() };
}

function bare(url, envelope) {
  const { origin, pathname } = new URL(url);
  const client = new Client(origin);
  return { ask: () => post(client, pathname, envelope), close: () => client.close() };
}

/** Asks each host when it is due; hosts are spread evenly over the second. Latency counts from when it was due. */
async function poll(clients, durationMs) {
  const total = (clients.length * durationMs) / PERIOD_MS;
  const started = performance.now();
  const latencies = [];
  const asked = [];
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      while (asked.length < total && dueAt(asked.length) <= performance.now() - started) asked.push(askAt(asked.length));
      if (asked.length < total) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  await Promise.all(asked);
  latencies.sort((a, b) => a - b);
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };

  function dueAt(index) {
    return (index * PERIOD_MS) / clients.length;
  }

  async function askAt(index) {
    await clients[index % clients.length].ask();
    latencies.push(performance.now() - started - dueAt(index));
  }
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
