// The limit: node:http posts the bytes that the client would post, on one connection, and parses nothing.
import { Buffer } from 'node:buffer';
import http from 'node:http';
import https from 'node:https';

/**
 * @param options.url - where to
 * @param options.ca - the certificate to trust, for HTTPS
 * @param options.envelopes - the n-th call posts the n-th, those after the last one post that again
 */
export async function open({ url, ca, envelopes }) {
  const { request, Agent } = url.startsWith('https:') ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...(ca === undefined ? {} : { ca }) });
  const bodies = envelopes.map((text) => Buffer.from(text));
  const post = (body) =>
    new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/soap+xml;charset=UTF-8', 'Content-Length': body.length };
      const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => (response.statusCode === 200 ? resolve(chunks) : reject(new Error(`HTTP ${response.statusCode}`))));
        response.on('error', reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return {
    async run(calls) {
      for (let call = 0; call < calls; call++) await post(bodies[Math.min(call, bodies.length - 1)]);
    },
    close: () => agent.destroy(),
  };
}
