import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HyperVWsmanError } from '../errors.js';
import { brokenOff } from './broken-off.js';
import type { Connection, HttpRequest, HttpResponse, Target } from './connection.js';
import { ResponseBody } from './response-body.js';
import { joinedHeaders } from './response-headers.js';
import { type OpenSocket, openSocket } from './socket.js';

/** Sends one POST through an agent of `node:http`, and gives the answer when its headers are here, with the request it answers. */
export type Post = (request: HttpRequest) => Promise<{ readonly answer: IncomingMessage; readonly sent: ClientRequest }>;

/**
 * A connection whose requests go through an agent of `node:http` that owns the one socket.
 *
 * @param agent - kept alive, for one socket; it hands out the socket of the connection and no other
 * @throws as `Connect` does
 */
export async function connectPinned(target: Target, signal: AbortSignal, agent: Agent, post: Post): Promise<Connection> {
  const opened = await openSocket(target, signal);
  const { socket, peerCertificate } = opened;
  pin(agent, socket);
  return {
    peerCertificate,
    get usable() {
      return !socket.destroyed && socket.writable;
    },
    get bytesWritten() {
      return socket.bytesWritten;
    },
    async send(request) {
      const { response, hasLeft } = await exchange(target, opened, post, request);
      // An answer before the whole request had left: what is left of it would stand in front of the next one.
      if (!hasLeft) socket.destroy();
      return response;
    },
    close() {
      socket.destroy();
      agent.destroy();
    },
  };
}

/** Makes an agent hand out one socket and refuse to open another, so that a request can never leave on a socket without its security context. */
function pin(agent: Agent, socket: Socket): void {
  let handedOut = false;
  // The agent also calls this from the events of a socket, where nobody would catch what it throws.
  const createConnection = (_options: unknown, callback: (error: Error) => void): Socket | undefined => {
    if (handedOut || socket.destroyed) {
      process.nextTick(callback, new Error('The connection of this session was closed; nothing was sent'));
      return undefined;
    }
    handedOut = true;
    return socket;
  };
  Object.assign(agent, { createConnection });
}

async function exchange(target: Target, { tlsRefusal }: OpenSocket, post: Post, request: HttpRequest): Promise<{ response: HttpResponse; hasLeft: boolean }> {
  try {
    const { answer, sent } = await post(request);
    const headers = joinedHeaders(answer.headers);
    const body = await read(answer, new ResponseBody(target, headers['content-length']));
    return { response: { status: answer.statusCode!, headers, body }, hasLeft: await isFinished(sent) };
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    throw tlsRefusal() ?? cleaned(error, target.url);
  }
}

/**
 * Reads by events: the iterator of a stream costs a promise and several listeners for each chunk. It leaves no listener
 * behind: the last request of a socket is kept, and with it the body would be.
 */
function read(answer: IncomingMessage, body: ResponseBody): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const onData = (chunk: Uint8Array): void => {
      try {
        body.add(chunk);
      } catch (error) {
        answer.destroy(error as Error);
      }
    };
    const onEnd = (): void => done(resolve, body.bytes);
    const onError = (error: Error): void => done(reject, error);
    // An abort may have come before there was anyone to hear its error.
    const onClose = (): void => done(reject, new Error('the answer broke off'));
    const done = <T>(settle: (value: T) => void, value: T): void => {
      answer.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      settle(value);
    };
    answer.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

/** TLS says that a write is done a turn of the event loop later, and the answer may be here before that. */
async function isFinished(request: ClientRequest): Promise<boolean> {
  for (let turns = 0; turns < 3 && !request.writableFinished; turns++) await nextTurn();
  return request.writableFinished;
}

/** What an HTTP client threw, without what it may carry: the Authorization header and the body. */
function cleaned(error: unknown, url: URL): HyperVWsmanError {
  if (error instanceof HyperVWsmanError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return brokenOff(url, message, code);
}
