import { describe, expect, it } from 'vitest';
import type { Authenticator } from '../../src/auth/authenticator.js';
import { fromBase64, fromLatin1, toBase64, utf8 } from '../../src/bytes.js';
import { AuthError, LimitError, OutcomeUnknownError, ProtocolError, TransportError } from '../../src/errors.js';
import type { Connection, HttpRequest, HttpResponse } from '../../src/transport/connection.js';
import { decodeEncrypted, encodeEncrypted, encryptedContentType } from '../../src/transport/encryption.js';
import { Session } from '../../src/transport/session.js';

const SOAP_TYPE = 'application/soap+xml;charset=UTF-8';
const SEALED_TYPE = encryptedContentType('Negotiate', 1);
const BODY = utf8('<request/>');
const OK: HttpResponse = { status: 200, headers: { 'content-type': SOAP_TYPE }, body: utf8('<answer/>') };
const REFUSED: HttpResponse = { status: 401, headers: { 'www-authenticate': 'Negotiate, Basic realm="WSMAN"' }, body: new Uint8Array() };
const lost = () => new TransportError('The connection was lost');

/** What the peer does with one request: an answer, or an error before or after the first byte left. */
type Step = HttpResponse | { before: Error } | { after: Error } | ((request: HttpRequest) => HttpResponse);

/** A session over connections that follow a script, one list of steps a connection. */
function scripted(connections: Step[][], authenticator: () => Authenticator = () => ({ kind: 'header', authorization: 'Basic eA==' }), idleMs = 60_000) {
  const log: string[] = [];
  const closed: number[] = [];
  let opened = 0;
  const session = new Session({
    target: { url: new URL('http://hv01:5985/wsman'), tls: {}, connectTimeoutMs: 1000, maxResponseBytes: 1000 },
    idleMs,
    authenticate: () => new Promise((resolve) => resolve(authenticator())),
    connect: () => {
      const number = opened++;
      const steps = connections[number];
      if (steps === undefined) return Promise.reject(new TransportError('refused to connect'));
      let bytesWritten = 0;
      let usable = true;
      const connection: Connection = {
        peerCertificate: null,
        get usable() {
          return usable;
        },
        get bytesWritten() {
          return bytesWritten;
        },
        send(request) {
          log.push(`${number}:${request.headers.Authorization ?? '-'}:${request.body.length === 0 ? 'empty' : 'body'}`);
          const step = steps.shift();
          if (step === undefined) throw new Error('the script has no more steps');
          if ('before' in step) return Promise.reject(step.before);
          bytesWritten += 100;
          if ('after' in step) return Promise.reject(step.after);
          return Promise.resolve(typeof step === 'function' ? step(request) : step);
        },
        close() {
          usable = false;
          closed.push(number);
        },
      };
      return Promise.resolve(connection);
    },
  });
  const exchange = (idempotent: boolean, signal = new AbortController().signal) => session.exchange({ body: BODY, effect: idempotent ? 'none' : 'change' }, signal);
  const exchangeCursor = () => session.exchange({ body: BODY, effect: 'cursor' }, new AbortController().signal);
  return { session, exchange, exchangeCursor, log, closed, opened: () => opened };
}

/** A context of two legs whose sealing turns every bit around. */
function context(seals = true): Authenticator {
  const turn = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);
  let steps = 0;
  return {
    kind: 'context',
    scheme: 'Negotiate',
    seals,
    notes: [],
    context: {
      mechanism: 'NTLM',
      notes: [],
      get complete() {
        return steps >= 2;
      },
      step: (token) => {
        steps++;
        if (steps === 1) return utf8('one');
        if (steps === 2 && token !== null && fromLatin1(token) === 'challenge') return utf8('two');
        throw new ProtocolError('a token that is not expected');
      },
      wrap: (message) => ({ signature: utf8('SIGNATURE'), data: turn(message) }),
      unwrap: ({ signature, data }) => {
        if (fromLatin1(signature) !== 'SIGNATURE') throw new ProtocolError('The signature does not verify');
        return turn(data);
      },
    },
  };
}
const CHALLENGE: HttpResponse = { status: 401, headers: { 'www-authenticate': `Negotiate ${toBase64(utf8('challenge'))}` }, body: new Uint8Array() };
const ACCEPTED: HttpResponse = { status: 200, headers: {}, body: new Uint8Array() };
const sealed = (text: string, signature = 'SIGNATURE', length = text.length): HttpResponse => ({
  status: 200,
  headers: { 'content-type': SEALED_TYPE },
  body: encodeEncrypted('Negotiate', [{ contentType: SOAP_TYPE, length, sealed: { signature: utf8(signature), data: utf8(text).map((byte) => byte ^ 0xff) } }]),
});

describe('a session', () => {
  it('keeps its connection and sends the header with every request', async () => {
    const { exchange, log, opened } = scripted([[OK, OK]]);
    await exchange(true);
    expect(await exchange(false)).toEqual(OK);
    expect(log).toEqual(['0:Basic eA==:body', '0:Basic eA==:body']);
    expect(opened()).toBe(1);
  });

  it('names itself and the type of the body in every request, wants no compression, and proves itself in the handshake only', async () => {
    const seen: HttpRequest['headers'][] = [];
    const answer = (response: HttpResponse) => (request: HttpRequest) => (seen.push(request.headers), response);
    const { exchange } = scripted([[answer(CHALLENGE), answer(ACCEPTED), answer(sealed('<a/>')), answer(sealed('<b/>'))]], () => context());
    await exchange(false);
    await exchange(false);
    const common = { 'User-Agent': 'hyperv-wsman', 'Accept-Encoding': 'identity' };
    const leg = { ...common, 'Content-Type': 'application/soap+xml;charset=UTF-8' };
    const message = { ...common, 'Content-Type': SEALED_TYPE };
    expect(seen).toEqual([{ ...leg, Authorization: 'Negotiate b25l' }, { ...leg, Authorization: 'Negotiate dHdv' }, message, message]);
  });

  it('replaces a connection that was idle for too long', async () => {
    const { exchange, opened } = scripted([[OK], [OK]], undefined, 0);
    await exchange(false);
    await new Promise((resolve) => setTimeout(resolve, 2));
    await exchange(false);
    expect(opened()).toBe(2);
  });

  it('replaces a connection that the host closed meanwhile', async () => {
    const { session, exchange, opened } = scripted([[OK], [OK]]);
    await exchange(false);
    session.close();
    await exchange(false);
    expect(opened()).toBe(2);
  });
});

describe('at most once', () => {
  it('sends a read again, once, when the connection is lost', async () => {
    const { exchange, opened } = scripted([[{ after: lost() }], [OK]]);
    expect(await exchange(true)).toEqual(OK);
    expect(opened()).toBe(2);
    await expect(scripted([[{ after: lost() }], [{ after: lost() }], [OK]]).exchange(true)).rejects.toBeInstanceOf(TransportError);
  });

  it('does not ask twice for the next page, and says what happened', async () => {
    const error = lost();
    const { exchangeCursor, opened } = scripted([[{ after: error }], [OK]]);
    await expect(exchangeCursor()).rejects.toBe(error);
    expect(opened()).toBe(1);
    expect(await scripted([[{ before: lost() }], [OK]]).exchangeCursor()).toEqual(OK);
  });

  it('does not send a change again once its first byte has left', async () => {
    const error = lost();
    const { exchange, opened, closed } = scripted([[{ after: error }], [OK]]);
    await expect(exchange(false)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: error });
    expect(opened()).toBe(1);
    expect(closed).toEqual([0]);
  });

  it('sends anything again when nothing had left', async () => {
    expect(await scripted([[{ before: lost() }], [OK]]).exchange(false)).toEqual(OK);
    await expect(scripted([[{ before: lost() }], [{ before: lost() }]]).exchange(false)).rejects.toBeInstanceOf(TransportError);
  });

  it('does not try again when it cannot connect', async () => {
    const { exchange, opened } = scripted([]);
    await expect(exchange(true)).rejects.toThrow('refused to connect');
    expect(opened()).toBe(1);
  });

  it.each([
    ['an answer that is too large', new LimitError('too large')],
    ['an aborted wait', new Error('no longer')],
  ])('leaves the outcome of a change open after %s', async (_name, error) => {
    await expect(scripted([[{ after: error }]]).exchange(false)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: error });
    await expect(scripted([[{ after: error }]]).exchange(true)).rejects.toBe(error);
    await expect(scripted([[{ before: error }]]).exchange(false)).rejects.toBe(error);
  });

  it('does not try again after an abort', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer');
    const { exchange, opened } = scripted([[() => (controller.abort(reason), OK)], [OK]]);
    await exchange(true, controller.signal);
    expect(opened()).toBe(1);
    const late = new AbortController();
    const lostAndAborted = () => {
      late.abort(reason);
      throw lost();
    };
    const again = scripted([[lostAndAborted], [OK]]);
    await expect(again.exchange(true, late.signal)).rejects.toBeInstanceOf(TransportError);
    expect(again.opened()).toBe(1);
  });
});

describe('HTTP 401', () => {
  it('proves that nothing was dispatched: authenticates anew on a new connection and sends again, whatever the verb', async () => {
    const { exchange, log } = scripted([[CHALLENGE, ACCEPTED, REFUSED], [CHALLENGE, ACCEPTED, OK]], () => context(false));
    expect(await exchange(false)).toEqual(OK);
    expect(log).toEqual(['0:Negotiate b25l:empty', '0:Negotiate dHdv:empty', '0:-:body', '1:Negotiate b25l:empty', '1:Negotiate dHdv:empty', '1:-:body']);
  });

  it('is no refusal of credentials where there were none', async () => {
    const { exchange } = scripted([[REFUSED]], () => ({ kind: 'none' }));
    await expect(exchange(false)).rejects.toThrow('HTTP 401: the host wants to know who is calling; it offers Negotiate, Basic');
  });

  it('the second time is an AuthError that names what the host offers', async () => {
    const script = () => [[CHALLENGE, ACCEPTED, REFUSED], [CHALLENGE, ACCEPTED, REFUSED], [CHALLENGE, ACCEPTED, OK]];
    const { exchange, opened } = scripted(script(), () => context(false));
    await expect(exchange(false)).rejects.toMatchObject({ code: 'AUTH', offered: ['Negotiate', 'Basic'] });
    expect(opened()).toBe(2);
  });

  it('to a password that never was accepted is final: another try only counts against the account', async () => {
    const { exchange, opened } = scripted([[REFUSED], [OK]]);
    await expect(exchange(true)).rejects.toBeInstanceOf(AuthError);
    expect(opened()).toBe(1);
  });

  it('to a password that was accepted before is tried once more', async () => {
    const { exchange } = scripted([[OK, REFUSED], [OK]]);
    await exchange(true);
    expect(await exchange(false)).toEqual(OK);
  });
});

describe('the handshake', () => {
  it.each<[string, Step[], string, string]>([
    ['does not take the first token', [REFUSED], 'AUTH', 'does not go on with Negotiate; no credentials were sent; it offers Negotiate, Basic'],
    ['refuses the last token', [CHALLENGE, REFUSED], 'AUTH', 'offers Negotiate, Basic'],
    ['asks on when we are done', [CHALLENGE, CHALLENGE], 'AUTH', 'refused'],
    ['is content too early', [ACCEPTED], 'AUTH', 'before it was complete'],
    ['is content too early, with a token', [{ ...ACCEPTED, headers: { 'www-authenticate': 'Negotiate eHh4' } }], 'PROTOCOL', 'not expected'],
    ['sends a token that is wrong', [{ ...CHALLENGE, headers: { 'www-authenticate': 'Negotiate eHh4' } }], 'PROTOCOL', 'not expected'],
    ['sends a token that is no base64', [{ ...CHALLENGE, headers: { 'www-authenticate': 'Negotiate !' } }], 'AUTH', 'does not go on'],
    ['answers 503', [{ status: 503, headers: {}, body: utf8('<h2>Service Unavailable</h2>') }], 'TRANSPORT', 'Service Unavailable'],
    ['answers 404', [{ status: 404, headers: {}, body: new Uint8Array() }], 'TRANSPORT', '/wsman'],
  ])('fails when the host %s', async (_name, steps, code, message) => {
    const { exchange, closed } = scripted([steps, [CHALLENGE, ACCEPTED, OK]], context);
    await expect(exchange(false)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(closed).toEqual([0]);
  });

  it('is tried once more when the connection is lost in it: nothing of the request had left', async () => {
    const { exchange } = scripted([[CHALLENGE, { after: lost() }], [CHALLENGE, ACCEPTED, sealed('<answer/>')]], context);
    expect(fromLatin1((await exchange(false)).body)).toBe('<answer/>');
  });

  it('takes the challenge that has a token, of several', async () => {
    const joined = { ...CHALLENGE, headers: { 'www-authenticate': `Negotiate, ${CHALLENGE.headers['www-authenticate']!}, Basic realm="a, Negotiate b"` } };
    expect((await scripted([[joined, ACCEPTED, OK]], () => context(false)).exchange(true)).status).toBe(200);
  });

  it('ends when the host never has enough', async () => {
    const endless = context(false) as Extract<Authenticator, { kind: 'context' }>;
    const never = { ...endless, context: { ...endless.context, complete: false, step: () => utf8('one') } };
    const { exchange, log } = scripted([Array.from({ length: 100 }, () => CHALLENGE)], () => never);
    await expect(exchange(true)).rejects.toMatchObject({ code: 'AUTH', message: expect.stringContaining('8 legs') as string });
    expect(log).toHaveLength(8);
  });

  it('is not tried again when no KDC answers: no connection was lost', async () => {
    const { exchange, opened } = scripted([[OK], [OK]], () => {
      throw new TransportError('no KDC answers');
    });
    await expect(exchange(true)).rejects.toThrow('no KDC answers');
    expect(opened()).toBe(1);
  });

  it('obeys the signal while the credentials are fetched', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer');
    const closed: boolean[] = [];
    const session = new Session({
      target: { url: new URL('http://hv01:5985/wsman'), tls: {}, connectTimeoutMs: 1000, maxResponseBytes: 1000 },
      idleMs: 1000,
      authenticate: () => new Promise(() => undefined),
      connect: () => Promise.resolve({ peerCertificate: null, usable: true, bytesWritten: 0, send: () => Promise.reject(new Error('never')), close: () => closed.push(true) }),
    });
    const exchange = session.exchange({ body: BODY, effect: 'change' }, controller.signal);
    setTimeout(() => controller.abort(reason), 5);
    await expect(exchange).rejects.toBe(reason);
    expect(closed).toEqual([true]);
  });

  it('takes a fault for the empty body as a success: any answer but 401 means that we are in', async () => {
    const fault = { status: 500, headers: { 'content-type': SOAP_TYPE }, body: utf8('<fault/>') };
    expect((await scripted([[CHALLENGE, fault, OK]], () => context(false)).exchange(true)).status).toBe(200);
  });
});

describe('a sealed session', () => {
  const answering = (...steps: Step[]) => scripted([[CHALLENGE, ACCEPTED, ...steps], [CHALLENGE, ACCEPTED, ...steps]], context);

  it('seals requests and opens answers', async () => {
    let seen: HttpRequest | undefined;
    const { exchange } = answering((request) => {
      seen = request;
      return sealed('<answer/>');
    });
    expect(await exchange(true)).toEqual({ status: 200, headers: { 'content-type': SOAP_TYPE }, body: utf8('<answer/>') });
    expect(seen?.headers['Content-Type']).toBe(SEALED_TYPE);
    const { contentType, length, sealed: message } = decodeEncrypted(SEALED_TYPE, seen!.body)[0]!;
    expect([contentType, length, fromLatin1(message.data.map((byte) => byte ^ 0xff))]).toEqual([SOAP_TYPE, BODY.length, '<request/>']);
  });

  it('opens a sealed fault with its status', async () => {
    expect(await answering({ ...sealed('<fault/>'), status: 500 }).exchange(true)).toMatchObject({ status: 500, body: utf8('<fault/>') });
  });

  it.each<[string, HttpResponse, string]>([
    ['a plain success', { status: 200, headers: { 'content-type': 'text/plain' }, body: utf8('x') }, 'unencrypted'],
    ['a plain envelope', OK, 'unencrypted'],
    ['a plain fault', { ...OK, status: 500 }, 'unencrypted'],
    ['a sealed answer under HTTP 401, which would have it sent again', { ...sealed('<answer/>'), status: 401 }, 'sealed'],
    ['a signature that does not verify', sealed('<answer/>', 'FORGED'), 'does not verify'],
    ['a length that is not the one told', sealed('<answer/>', 'SIGNATURE', 8), '9 bytes'],
    ['a layout that is none', { ...OK, headers: { 'content-type': SEALED_TYPE } }, 'laid out'],
  ])('refuses %s, and drops the connection', async (_name, response, message) => {
    const read = answering(response);
    await expect(read.exchange(true)).rejects.toMatchObject({ code: 'PROTOCOL', message: expect.stringContaining(message) as string });
    expect(read.closed).toEqual([0]);
    await expect(answering(response).exchange(false)).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it('passes on another plain status, to be told but not believed', async () => {
    const response = { status: 413, headers: { 'content-type': 'text/html' }, body: utf8('<html/>') };
    const { exchange, closed } = answering(response);
    expect(await exchange(true)).toEqual(response);
    // The host did not open the message, so the next one would have the wrong number.
    expect(closed).toEqual([0]);
  });
});

describe('what a security context holds', () => {
  /** A context that counts how often it was closed. */
  const counted = () => {
    const authenticator = context() as Extract<Authenticator, { kind: 'context' }>;
    const ends: string[] = [];
    return { authenticator: { ...authenticator, context: Object.assign(authenticator.context, { close: () => void ends.push('closed') }) }, ends };
  };
  const never = new Error('no longer');

  it.each<[string, (controller: AbortController) => Step[]]>([
    ['the host refuses the first token', () => [REFUSED]],
    ['the host refuses the last token', () => [CHALLENGE, REFUSED]],
    ['the host is content too early', () => [ACCEPTED]],
    ['the connection is lost in the handshake', () => [CHALLENGE, { after: lost() }]],
    ['the call is aborted in the handshake', (controller) => [() => (controller.abort(never), CHALLENGE), { after: never }]],
    ['the call is aborted in the request', (controller) => [CHALLENGE, ACCEPTED, () => (controller.abort(never), REFUSED)]],
    ['an answer does not verify', () => [CHALLENGE, ACCEPTED, sealed('<answer/>', 'FORGED')]],
    ['an answer is not sealed', () => [CHALLENGE, ACCEPTED, OK]],
  ])('is let go of when %s', async (_name, steps) => {
    const controller = new AbortController();
    const { authenticator, ends } = counted();
    const { exchange } = scripted([steps(controller)], () => authenticator);
    await expect(exchange(false, controller.signal)).rejects.toThrow();
    expect(ends).toEqual(['closed']);
  });

  it('is let go of when the session is closed, once', async () => {
    const { authenticator, ends } = counted();
    const { exchange, session } = scripted([[CHALLENGE, ACCEPTED, sealed('<answer/>')]], () => authenticator);
    await exchange(false);
    expect(ends).toEqual([]);
    session.close();
    session.close();
    expect(ends).toEqual(['closed']);
  });

  it('is let go of when it comes after the call was aborted', async () => {
    const controller = new AbortController();
    const { authenticator, ends } = counted();
    let come: (authenticator: Authenticator) => void = () => undefined;
    const session = new Session({
      target: { url: new URL('http://hv01:5985/wsman'), tls: {}, connectTimeoutMs: 1000, maxResponseBytes: 1000 },
      idleMs: 1000,
      authenticate: () => {
        controller.abort(never);
        return new Promise((resolve) => (come = resolve));
      },
      connect: () => Promise.resolve({ peerCertificate: null, usable: true, bytesWritten: 0, send: () => Promise.reject(new Error('never')), close: () => undefined }),
    });
    await expect(session.exchange({ body: BODY, effect: 'change' }, controller.signal)).rejects.toBe(never);
    come(authenticator);
    await Promise.resolve();
    expect(ends).toEqual(['closed']);
  });
});

it('tokens in the script are what they look like', () => {
  expect(fromLatin1(fromBase64('b25l')!)).toBe('one');
});
