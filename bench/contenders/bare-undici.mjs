// The limit with undici: as bare-http.mjs.
import { Buffer } from 'node:buffer';
import { Client } from 'undici';

/** Options as those of bare-http.mjs. */
export async function open({ url, ca, envelopes }) {
  const { origin, pathname } = new URL(url);
  const client = new Client(origin, ca === undefined ? {} : { connect: { ca } });
  const bodies = envelopes.map((text) => Buffer.from(text));
  return {
    async run(calls) {
      for (let call = 0; call < calls; call++) await post(client, pathname, bodies[Math.min(call, bodies.length - 1)]);
    },
    close: () => client.close(),
  };
}

/** Posts one body and collects the bytes of the answer. */
export function post(client, path, body) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    client.dispatch(
      { path, method: 'POST', headers: { 'content-type': 'application/soap+xml;charset=UTF-8' }, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          if (status !== 200) throw new Error(`HTTP ${status}`);
        },
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve(chunks),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}
