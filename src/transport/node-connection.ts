import { Agent, request as httpRequest } from 'node:http';
import type { Connection, HttpRequest, Target } from './connection.js';
import { type Post, connectPinned } from './pinned-connection.js';

/** The connection for programs that ask once: Node's own HTTP client, with no package to load. */
export function connectNode(target: Target, signal: AbortSignal): Promise<Connection> {
  // As `openSocket` sets it: the agent would have an idle host asked every second.
  const agent = new Agent({ keepAlive: true, keepAliveMsecs: 30_000, maxSockets: 1 });
  return connectPinned(target, signal, agent, (request) => post(agent, target.url, request));
}

/** It is the socket that speaks TLS, so that https:// needs no other client; only the Host header has to know. */
function post(agent: Agent, { hostname, host, pathname, search }: URL, { headers, body, signal }: HttpRequest): ReturnType<Post> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      method: 'POST',
      agent,
      host: hostname,
      path: pathname + search,
      headers: { Host: host, ...headers, 'Content-Length': String(body.length) },
      signal,
    });
    sent.on('response', (answer) => resolve({ answer, sent })).on('error', reject);
    // Of an answer that nobody asked for, 101, Node tells no more than this.
    sent.on('close', () => reject(new Error('the connection was closed without an answer')));
    sent.end(body);
  });
}
