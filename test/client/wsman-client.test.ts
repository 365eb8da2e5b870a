import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pathOf } from '../../src/cim/instance.js';
import { instancePath } from '../../src/cim/object-path.js';
import type { WsmanClientOptions } from '../../src/client/options.js';
import { WsmanClient } from '../../src/client/wsman-client.js';
import { HyperVWsmanError, type OutcomeUnknownError } from '../../src/errors.js';
import { jobPath } from '../../src/hyperv/job-reference.js';
import { SimulatedHost } from '../../src/testing/index.js';
import type { Trouble } from '../../src/testing/trouble.js';
import { untyped } from '../../src/wsman/instance.js';
import { answering } from '../answering.js';

const USER = { username: 'operator', domain: 'LAB', password: 'Correct-Horse-7' };

describe.each(['axios', 'undici'] as const)('a client over %s', (transport) => {
  let simulated: SimulatedHost;
  let client: WsmanClient;
  const opened: WsmanClient[] = [];
  const connect = (options: Partial<WsmanClientOptions> = {}) => {
    const made = new WsmanClient({ url: simulated.url, auth: { type: 'ntlm', username: 'LAB\\operator', password: USER.password }, transport, timeoutMs: 5_000, ...options });
    opened.push(made);
    return made;
  };
  const secure = () => ({ url: simulated.httpsUrl, tls: { ca: simulated.certificate } });
  const addJob = () => jobPath(simulated.addJob({ JobState: 10, errors: [{ Message: 'x' }] }));
  /** A method that is not known to change nothing. */
  const change = (target: WsmanClient, path = addJob(), call = {}) => target.invoke(path, 'RequestStateChange', { RequestedState: 4 }, call);

  beforeAll(async () => {
    simulated = await SimulatedHost.start({ users: [USER] });
  });
  afterAll(() => simulated.close());
  beforeEach(() => {
    client = connect();
  });
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

  describe('verbs', () => {
    it('identify', async () => {
      expect(await client.identify()).toEqual({
        protocolVersion: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
        productVendor: 'Microsoft Corporation',
        productVersion: expect.stringContaining('Stack: 3.0') as string,
      });
    });

    it('get, typed by the schema, and as text when told', async () => {
      const path = addJob();
      const typed = await client.get(path);
      expect(typed).toMatchObject({ JobState: 10, OperationalStatus: [17, 2], Cancellable: false, MigrationType: null });
      expect(pathOf(typed)).toEqual(path);
      expect(await client.get(path, { typeOf: untyped })).toMatchObject({ JobState: '10', OperationalStatus: ['17', '2'] });
    });

    it('invoke, with what was asked in the request', async () => {
      const path = addJob();
      expect(await client.invoke(path, 'GetError')).toMatchObject({ returnValue: 0, out: { Error: { Message: 'x', MessageID: null } } });
      expect(simulated.requests.at(-1)).toMatchObject({ method: 'GetError', className: 'Msvm_MigrationJob', selectors: path.keys, user: 'LAB\\operator', sealed: true });
    });

    it('in another namespace when told', async () => {
      await expect(client.get(instancePath('Msvm_MigrationJob', { InstanceID: 'x' }), { namespace: 'root/nowhere' })).rejects.toMatchObject({ code: 'FAULT' });
      expect(simulated.requests.at(-1)).toMatchObject({ namespace: 'root/nowhere' });
    });
  });

  describe('connections', () => {
    it('one handshake for all calls, one request at a time, whatever is asked at once', async () => {
      const before = simulated.handshakes;
      const path = addJob();
      await Promise.all(Array.from({ length: 20 }, () => client.get(path)));
      expect(simulated.handshakes).toBe(before + 1);
    });

    it('as many as allowed, each with its own handshake', async () => {
      const before = simulated.handshakes;
      const many = connect({ connections: 3 });
      const path = addJob();
      await Promise.all(Array.from({ length: 20 }, () => many.get(path)));
      expect(simulated.handshakes).toBe(before + 3);
    });

    it('HTTPS with NTLM and with Basic, bodies plain', async () => {
      await connect(secure()).get(addJob());
      expect(simulated.requests.at(-1)).toMatchObject({ sealed: false, secure: true });
      await connect({ ...secure(), auth: { type: 'basic', username: 'LAB\\operator', password: USER.password } }).get(addJob());
      expect(simulated.requests.at(-1)).toMatchObject({ user: 'LAB\\operator', secure: true });
    });

    it('takes the NT hash of a password, and names the service it asks for', async () => {
      // MS-NLMP 4.2.2.1.2: NTOWFv1("Password").
      const hash = 'a4f49c406510bdcab6824ee7c30fd852';
      const other = await SimulatedHost.start({ users: [{ username: 'User', password: 'Password' }] });
      try {
        await connect({ url: other.url, auth: { type: 'ntlm', username: '.\\User', ntHash: hash } }).identify();
        expect(other.requests.at(-1)?.user).toMatch(/\\User$/);
      } finally {
        await other.close();
      }
    });

    it('asks for the password once a connection', async () => {
      let asked = 0;
      const path = addJob();
      const one = connect({ auth: { type: 'ntlm', username: 'operator@LAB', password: () => (asked++, Promise.resolve(USER.password)) } });
      await one.get(path);
      await one.get(path);
      expect(asked).toBe(1);
      simulated.trouble({ when: 'request', kind: 'drop' });
      await one.get(path);
      expect(asked).toBe(2);
    });

    it.each([12345678, undefined])('a password function that gives %j is refused, not shown', async (given) => {
      const error: unknown = await connect({ auth: { type: 'ntlm', username: 'u', password: () => given as never } }).identify().catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'USAGE' });
      expect(inspect(error)).not.toContain('12345678');
    });

    it('a password that never comes is bounded like everything else', async () => {
      const one = connect({ auth: { type: 'ntlm', username: 'u', password: () => new Promise(() => undefined) } });
      await expect(one.identify({ timeoutMs: 40 })).rejects.toMatchObject({ code: 'TIMEOUT' });
      const pending = one.identify();
      setTimeout(() => void one.close(), 20);
      await expect(pending).rejects.toMatchObject({ code: 'TRANSPORT' });
    });

    it('a password that is not to be had is the error of the call', async () => {
      const reason = new Error('the vault is closed');
      await expect(connect({ auth: { type: 'ntlm', username: 'u', password: () => Promise.reject(reason) } }).identify()).rejects.toBe(reason);
    });
  });

  describe('trouble', () => {
    it.each<[string, Trouble, string]>([
      ['a lost connection before the request was carried out', { when: 'request', kind: 'drop' }, 'OUTCOME_UNKNOWN'],
      ['a lost connection after it', { when: 'response', kind: 'drop' }, 'OUTCOME_UNKNOWN'],
      ['a lost handshake', { when: 'handshake', kind: 'drop' }, 'FAULT'],
      ['a 401', { when: 'request', kind: 'status', status: 401 }, 'FAULT'],
    ])('%s: a read is done all the same, a change is sent again only where it was not carried out', async (_name, trouble, code) => {
      const path = addJob();
      simulated.trouble(trouble);
      expect(await client.get(path)).toMatchObject({ JobState: 10 });
      const asked = simulated.requests.filter((request) => request.method === 'RequestStateChange').length;
      simulated.trouble(trouble);
      // A new client, so that the handshake is met too. The simulated host knows no such method: a fault is its true answer.
      await expect(change(connect(), path)).rejects.toMatchObject({ code });
      const sent = simulated.requests.filter((request) => request.method === 'RequestStateChange').length - asked;
      expect(sent).toBe(trouble.kind === 'status' ? 2 : 1);
    });

    it.each<[Trouble, string, RegExp]>([
      [{ when: 'response', kind: 'plain' }, 'PROTOCOL', /unencrypted/],
      [{ when: 'response', kind: 'badSignature' }, 'PROTOCOL', /signature/i],
      [{ when: 'response', kind: 'badRelatesTo' }, 'PROTOCOL', /relates to/],
      [{ when: 'response', kind: 'truncate' }, 'PROTOCOL', /XML/],
      [{ when: 'request', kind: 'status', status: 503 }, 'TRANSPORT', /503/],
      [{ when: 'request', kind: 'status', status: 500 }, 'PROTOCOL', /500/],
      [{ when: 'response', kind: 'delay', ms: 3_000 }, 'TIMEOUT', /400 ms/],
    ])('%j: an error for a read, an unknown outcome for a change', async (trouble, code, message) => {
      simulated.trouble({ ...trouble, times: 2 });
      const call = { timeoutMs: 400 };
      await expect(client.get(addJob(), call)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string, asked: `Get of Msvm_MigrationJob on ${client.host}` });
      const unknown = await change(client, addJob(), call).catch((error: unknown) => error as OutcomeUnknownError);
      expect(unknown).toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: { code } });
      expect(await client.get(addJob())).toMatchObject({ JobState: 10 });
    });

    it.each([403, 404, 413])('HTTP %i comes from in front of the service: a change was not carried out', async (status) => {
      simulated.trouble({ when: 'request', kind: 'status', status });
      await expect(change(client)).rejects.toMatchObject({ code: { 403: 'AUTH', 404: 'TRANSPORT', 413: 'LIMIT' }[status] });
    });

    it('a change that is declared idempotent is treated as a read', async () => {
      simulated.trouble({ when: 'response', kind: 'drop' });
      await expect(change(client, addJob(), { idempotent: true })).rejects.toMatchObject({ code: 'FAULT' });
    });

    it('a wrong password costs one try against the account', async () => {
      const before = simulated.connections;
      await expect(connect({ auth: { type: 'ntlm', username: 'LAB\\operator', password: 'wrong' } }).identify()).rejects.toMatchObject({ code: 'AUTH', offered: ['Negotiate', 'Basic'] });
      await expect(connect({ ...secure(), auth: { type: 'basic', username: 'LAB\\operator', password: 'wrong' } }).identify()).rejects.toMatchObject({ code: 'AUTH' });
      expect(simulated.connections).toBe(before + 2);
    });

    it('keeps secrets out of what it throws and shows', async () => {
      const failing = connect({ auth: { type: 'ntlm', username: 'LAB\\operator', password: 'S3cr3t-but-wrong' } });
      const error: unknown = await failing.identify().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(HyperVWsmanError);
      expect(inspect([error, failing], { depth: 12, showHidden: true })).not.toContain('S3cr3t');
    });
  });

  describe('deadlines and aborts', () => {
    it('holds for the wait for a free connection too', async () => {
      simulated.trouble({ when: 'request', kind: 'delay', ms: 600 });
      const path = addJob();
      const slow = client.get(path);
      const controller = new AbortController();
      const reason = new Error('no longer');
      const [late, aborted] = [client.get(path, { timeoutMs: 60 }), client.get(path, { signal: controller.signal })];
      setTimeout(() => controller.abort(reason), 30);
      await expect(aborted).rejects.toBe(reason);
      await expect(late).rejects.toMatchObject({ code: 'TIMEOUT', timeoutMs: 60 });
      await expect(slow).resolves.toMatchObject({ JobState: 10 });
    });

    it('an aborted read rejects with the reason, an aborted change with an unknown outcome', async () => {
      const reason = new Error('no longer');
      for (const call of [() => client.get(addJob(), { signal: AbortSignal.abort(reason) }), () => change(client, addJob(), { signal: AbortSignal.abort(reason) })]) {
        await expect(call()).rejects.toBe(reason);
      }
      const abortSoon = () => {
        simulated.trouble({ when: 'request', kind: 'delay', ms: 1_000 });
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 60);
        return { signal: controller.signal };
      };
      await client.identify();
      await expect(client.get(addJob(), abortSoon())).rejects.toBe(reason);
      await client.identify();
      await expect(change(client, addJob(), abortSoon())).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: reason });
    });

    it('an abort, a time-out and the signal of one call are nothing to the next', async () => {
      const [path, controller] = [addJob(), new AbortController()];
      await client.get(path, { signal: controller.signal });
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
      const next = client.get(path);
      controller.abort();
      await expect(next).resolves.toMatchObject({ JobState: 10 });
      simulated.trouble({ when: 'response', kind: 'delay', ms: 300 });
      await expect(client.get(path, { timeoutMs: 60 })).rejects.toMatchObject({ code: 'TIMEOUT', timeoutMs: 60 });
      await expect(client.get(path)).resolves.toMatchObject({ JobState: 10 });
    });

    it('closes in the middle of calls, which reject, and takes no more', async () => {
      simulated.trouble({ when: 'request', kind: 'delay', ms: 1_000 });
      await client.identify().catch(() => undefined);
      const closing = connect();
      await closing.identify();
      simulated.trouble({ when: 'request', kind: 'delay', ms: 1_000 });
      const calls = [closing.get(addJob()), closing.get(addJob())].map((call) => call.catch((error: unknown) => error));
      await new Promise((resolve) => setTimeout(resolve, 30));
      await closing.close();
      await closing.close();
      const errors = await Promise.all(calls);
      for (const error of errors) expect(error).toMatchObject({ code: 'TRANSPORT', message: expect.stringMatching(/closed during the call \([^()]*\)$/) as string });
      expect(errors[0]).not.toBe(errors[1]);
      await expect(closing.identify()).rejects.toMatchObject({ code: 'USAGE' });
    });

    it('tells the host how long it may work, and how large an answer may be', async () => {
      const one = connect({ operationTimeoutMs: 4_000, maxEnvelopeSize: 9_000, locale: 'de-AT' });
      await one.get(addJob());
      expect(simulated.requests.at(-1)?.envelope).toMatch(/<w:MaxEnvelopeSize [^>]*>9000<.*<w:Locale xml:lang="de-AT".*<w:OperationTimeout>PT4.000S</s);
      await one.get(addJob(), { timeoutMs: 1_500 });
      expect(simulated.requests.at(-1)?.envelope).toContain('<w:OperationTimeout>PT1.500S<');
    });

    it('refuses what is no signal', async () => {
      await expect(client.identify({ signal: {} as AbortSignal })).rejects.toMatchObject({ code: 'USAGE', asked: `Identify on ${client.host}` });
    });

    it('leaves no socket and no timer behind', async () => {
      const { url, stop, openSockets } = await answering('<s:IdentifyResponse><s:ProtocolVersion>x</s:ProtocolVersion></s:IdentifyResponse>');
      const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
      const before = timers();
      const one = connect({ url, auth: { type: 'none' }, allowInsecure: ['none'], connections: 3 });
      await Promise.all([one.identify(), one.identify(), one.identify()]);
      expect(await openSockets()).toBe(3);
      await one.close();
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(await openSockets()).toBe(0);
      expect(timers()).toBeLessThanOrEqual(before);
      await stop();
    });
  });

  describe('answers that the simulated host does not give', () => {
    it.each([
      ['a time-out of the service leaves a change open', '<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:TimedOut</s:Value></s:Subcode></s:Code></s:Fault>', 'FAULT', 'OUTCOME_UNKNOWN'],
      ['another fault does not', '<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code></s:Fault>', 'FAULT', 'FAULT'],
      ['a body that is something else does', '<p:Other_OUTPUT/>', 'PROTOCOL', 'OUTCOME_UNKNOWN'],
    ])('%s', async (_name, body, forRead, forChange) => {
      const { url, stop } = await answering(body);
      const one = connect({ url, auth: { type: 'none' }, allowInsecure: ['none'] });
      await expect(one.invoke(addJob(), 'GetError')).rejects.toMatchObject({ code: forRead });
      await expect(change(one)).rejects.toMatchObject({ code: forChange });
      await stop();
    });

    it('an error that says SOAP and is none is told by its status', async () => {
      const { url, stop } = await answering('', { status: 503, envelope: '' });
      const one = connect({ url, auth: { type: 'none' }, allowInsecure: ['none'] });
      await expect(one.identify()).rejects.toMatchObject({ code: 'TRANSPORT', status: 503 });
      await stop();
    });

    it('a success that is no envelope is a ProtocolError with its status', async () => {
      const { url, stop } = await answering('', { status: 200, envelope: '<html/>' });
      const one = connect({ url, auth: { type: 'none' }, allowInsecure: ['none'] });
      await expect(one.identify()).rejects.toMatchObject({ code: 'PROTOCOL', status: 200 });
      await stop();
    });
  });
});
