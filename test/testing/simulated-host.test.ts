import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { type Auth, AuthError, CimDateTime, CimInterval, HyperVHost, JobGoneError, TransportError, UsageError, classOf, instancePath } from '../../src/index.js';
import { MSVM_MIGRATION_JOB_PROPERTIES } from '../../src/schema/msvm-migration-job.js';
import { DEFAULT_USER, SimulatedHost, type SimulatedHostOptions, type SimulatedJob } from '../../src/testing/index.js';
import { BASIC, SOAP_TYPE, basicHeader, clientOf, hyperVOf, openTcp, send, startHost } from './support.js';

const ID = '9C2E47A0-61BD-4F35-8A1E-7D03C5B9E264';
const JOB_URI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_MigrationJob';
const typeOf = (_owner: string, member: string) => MSVM_MIGRATION_JOB_PROPERTIES[member] ?? null;
const job = (id: string) => instancePath('Msvm_MigrationJob', { InstanceID: id });

/** The raw answer to a method of the job {@link ID}. */
async function rawAnswer(host: SimulatedHost, method: string): Promise<string> {
  const envelope =
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>' +
    `<a:Action>${JOB_URI}/${method}</a:Action><w:ResourceURI>${JOB_URI}</w:ResourceURI><a:MessageID>uuid:1</a:MessageID>` +
    `<w:SelectorSet><w:Selector Name="InstanceID">${ID}</w:Selector></w:SelectorSet></s:Header><s:Body/></s:Envelope>`;
  const { body } = await send(host.httpsUrl, { headers: { 'Content-Type': SOAP_TYPE, Authorization: basicHeader() }, body: envelope, ca: host.certificate });
  return body.toString('utf8');
}

describe('jobs', () => {
  it.each<[string, SimulatedJob, string | null]>([
    ['running', { JobState: 4 }, null],
    ['completed', { JobState: 7 }, null],
    ['failed without an error', { JobState: 10 }, null],
    ['failed with one', { JobState: 10, errors: [{ MessageID: '20413' }] }, '20413'],
    ['failed with several', { JobState: 10, errors: [{ MessageID: '21024' }, { MessageID: '20413' }, { MessageID: '20999' }] }, '21024'],
    ['with warnings', { JobState: 32768, errors: [{ MessageID: '20417' }] }, '20417'],
  ])('%s', async (_what, simulated, messageId) => {
    const host = await startHost();
    const migration = hyperVOf(host).migrationJob(host.addJob(simulated));
    expect((await migration.getError())?.MessageID ?? null).toBe(messageId);
    expect((await migration.getErrorEx()).map((error) => error.MessageID)).toEqual((simulated.errors ?? []).map((error) => error.MessageID));
  });

  it('removed: gone, for every method', async () => {
    const host = await startHost();
    const reference = host.addJob({ InstanceID: ID, JobState: 7 });
    const migration = hyperVOf(host).migrationJob(reference);
    host.removeJob({ ...reference, keys: { InstanceID: ID.toLowerCase() } });
    host.removeJob(reference);
    await expect(migration.getError()).rejects.toBeInstanceOf(JobGoneError);
    await expect(migration.getErrorEx()).rejects.toBeInstanceOf(JobGoneError);
  });

  it('added again: it goes on', async () => {
    const host = await startHost();
    const migration = hyperVOf(host).migrationJob(host.addJob({ InstanceID: ID, JobState: 4 }));
    expect(await migration.getError()).toBeNull();
    host.addJob({ InstanceID: `{${ID.toLowerCase()}}`, JobState: 10, errors: [{ Message: 'Kein Platz auf dem Ziel.' }] });
    expect((await migration.getError())?.Message).toBe('Kein Platz auf dem Ziel.');
  });

  it('an id of its own: an upper-case GUID without braces; the reference is of the HTTP address', async () => {
    const host = await startHost();
    const reference = host.addJob({ JobState: 4 });
    expect(reference).toEqual({
      host: new URL(host.url).host,
      namespace: 'root/virtualization/v2',
      className: 'Msvm_MigrationJob',
      keys: { InstanceID: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/) as string },
    });
    expect(host.addJob({ JobState: 4 }).keys.InstanceID).not.toBe(reference.keys.InstanceID);
  });

  it('an error is the text Hyper-V writes, all 15 properties in its order', async () => {
    const host = await startHost();
    host.addJob({ InstanceID: ID, JobState: 10, errors: [{ ErrorType: 4, Message: "Umzug von 'db02' <fehl> & aus", MessageArguments: ['db02', 'HV11'], MessageID: '21024' }] });
    const property = (name: string, type: string, value = ''): string => `&lt;PROPERTY NAME="${name}" TYPE="${type}"&gt;${value}&lt;/PROPERTY&gt;`;
    const value = (text: string): string => `&lt;VALUE&gt;${text}&lt;/VALUE&gt;`;
    const text =
      '&lt;INSTANCE CLASSNAME="Msvm_Error"&gt;' +
      property('CIMStatusCode', 'uint32') +
      property('CIMStatusCodeDescription', 'string') +
      property('ErrorSource', 'string') +
      property('ErrorSourceFormat', 'uint16') +
      property('ErrorType', 'uint16', value('4')) +
      property('Message', 'string', value("Umzug von 'db02' &amp;lt;fehl&amp;gt; &amp;amp; aus")) +
      `&lt;PROPERTY.ARRAY NAME="MessageArguments" TYPE="string"&gt;&lt;VALUE.ARRAY&gt;${value('db02')}${value('HV11')}&lt;/VALUE.ARRAY&gt;&lt;/PROPERTY.ARRAY&gt;` +
      property('MessageID', 'string', value('21024')) +
      property('OtherErrorSourceFormat', 'string') +
      property('OtherErrorType', 'string') +
      property('OwningEntity', 'string') +
      property('PerceivedSeverity', 'uint16') +
      property('ProbableCause', 'uint16') +
      property('ProbableCauseDescription', 'string') +
      '&lt;PROPERTY.ARRAY NAME="RecommendedActions" TYPE="string"&gt;&lt;/PROPERTY.ARRAY&gt;&lt;/INSTANCE&gt;';
    expect(await rawAnswer(host, 'GetError')).toContain(`<p:Error>${text}</p:Error><p:ReturnValue>0</p:ReturnValue></p:GetError_OUTPUT>`);
    expect(await rawAnswer(host, 'GetErrorEx')).toContain(`<p:Errors>${text}</p:Errors><p:ReturnValue>0</p:ReturnValue></p:GetErrorEx_OUTPUT>`);
  });

  it('no error: nil for GetError, nothing for GetErrorEx', async () => {
    const host = await startHost();
    host.addJob({ InstanceID: ID, JobState: 4 });
    expect(await rawAnswer(host, 'GetError')).toContain('<p:Error xsi:nil="true"/><p:ReturnValue>0</p:ReturnValue>');
    expect(await rawAnswer(host, 'GetErrorEx')).toMatch(/<p:GetErrorEx_OUTPUT [^>]*><p:ReturnValue>0<\/p:ReturnValue>/);
  });

  it('errorTexts are served as they stand, instead of errors', async () => {
    const host = await startHost();
    const migration = hyperVOf(host).migrationJob(host.addJob({ JobState: 10, errors: [{ MessageID: '1' }], errorTexts: ['kein XML', '<INSTANCE CLASSNAME="Msvm_Error"></INSTANCE>'] }));
    await expect(migration.getError()).rejects.toMatchObject({ code: 'PROTOCOL', text: 'kein XML' });
    await expect(migration.getErrorEx()).rejects.toMatchObject({ texts: ['kein XML', '<INSTANCE CLASSNAME="Msvm_Error"></INSTANCE>'] });
  });

  it.each<[string, SimulatedJob]>([
    ['an id that is no GUID', { InstanceID: '42', JobState: 4 }],
    ['a state that is no uint16', { JobState: 65_536 }],
    ['an error with a property that Msvm_Error does not have', { JobState: 10, errors: [{ Reason: 'x' } as object] }],
    ['an error with a value outside its type', { JobState: 10, errors: [{ ErrorType: -1 }] }],
    ['an error that XML cannot carry', { JobState: 10, errors: [{ Message: 'a\u0001' }] }],
    ['a text that XML cannot carry', { JobState: 10, errorTexts: ['a\u0001'] }],
  ])('%s is refused, and no job added', async (_what, simulated) => {
    const host = await startHost();
    expect(() => host.addJob({ InstanceID: ID, ...simulated })).toThrow(UsageError);
    await expect(clientOf(host).get(job(ID))).rejects.toMatchObject({ code: 'FAULT' });
  });
});

describe('Get of a job', () => {
  it.each<[string, SimulatedJob, Record<string, unknown>]>([
    ['running', { JobState: 4 }, { JobState: 4, JobStatus: 'Running', OperationalStatus: [2], ErrorCode: 0, ErrorDescription: '', Cancellable: true }],
    ['completed', { JobState: 7 }, { JobState: 7, OperationalStatus: [17, 2], ErrorCode: 0, ErrorDescription: '', PercentComplete: 100, Cancellable: false }],
    ['failed', { JobState: 10, errors: [{ Message: 'Aus.' }, { Message: 'Weil.' }] }, { JobState: 10, ErrorCode: 32768, ErrorDescription: 'Aus.' }],
    ['failed without an error', { JobState: 10, errors: [{ MessageID: '7' }] }, { JobState: 10, ErrorCode: 32768, ErrorDescription: '' }],
    ['in a state of its own', { JobState: 4711 }, { JobState: 4711, JobStatus: 'DMTF Reserved' }],
  ])('%s', async (_what, simulated, expected) => {
    const host = await startHost();
    const id = host.addJob(simulated).keys.InstanceID;
    const instance = await clientOf(host).get(job(id), { typeOf });
    expect(classOf(instance)).toBe('Msvm_MigrationJob');
    expect(instance).toMatchObject({ ...expected, InstanceID: id });
  });

  it('every property is there, null scalars as null and null arrays left out; dates and intervals are typed', async () => {
    const host = await startHost();
    const instance = await clientOf(host).get(job(host.addJob({ JobState: 4 }).keys.InstanceID), { typeOf });
    const nullArrays = ['MigrationStateList', 'NewResourceSettingData'];
    expect(Object.keys(instance)).toEqual(Object.keys(MSVM_MIGRATION_JOB_PROPERTIES).filter((name) => !nullArrays.includes(name)));
    expect(instance.UntilTime).toBeNull();
    expect((instance.InstallDate as CimDateTime).toString()).toBe('1601-01-01T00:00:00Z');
    expect((instance.TimeBeforeRemoval as CimInterval).toString()).toBe('P0DT0H5M0S');
    expect(Math.abs((instance.StartTime as CimDateTime).toDate()!.getTime() - Date.now())).toBeLessThan(60_000);
  });
});

const DOMAIN_USER = { username: 'ops', domain: 'FABRIK', password: 'Größe & 2' };

describe('logging on', () => {
  const users = [{ username: 'wartung', password: 'Lokal-1' }, DOMAIN_USER];
  const local = 'SIMHOST\\wartung';

  it.each<['http' | 'https', Auth['type'], string, string]>([
    ['http', 'ntlm', 'wartung', local],
    ['http', 'ntlm', 'WARTUNG', local],
    ['http', 'ntlm', '.\\wartung', local],
    ['http', 'ntlm', 'simhost\\Wartung', local],
    ['http', 'ntlm', 'FABRIK\\ops', 'FABRIK\\ops'],
    ['http', 'ntlm', 'fabrik\\OPS', 'FABRIK\\ops'],
    ['http', 'ntlm', 'ops@fabrik', 'FABRIK\\ops'],
    ['https', 'ntlm', 'wartung', local],
    ['https', 'ntlm', 'FABRIK\\ops', 'FABRIK\\ops'],
    ['https', 'basic', 'wartung', local],
    ['https', 'basic', '.\\wartung', local],
    ['https', 'basic', 'SIMHOST\\wartung', local],
    ['https', 'basic', 'FABRIK\\ops', 'FABRIK\\ops'],
    ['https', 'basic', 'ops@FABRIK', 'FABRIK\\ops'],
  ])('%s, %s, %s', async (scheme, type, username, expected) => {
    const host = await startHost({ users });
    const password = expected === local ? 'Lokal-1' : DOMAIN_USER.password;
    const client = clientOf(host, { secure: scheme === 'https', auth: { type: type as 'ntlm', username, password } });
    await client.identify();
    expect(host.requests.map((request) => [request.user, request.sealed, request.secure])).toEqual([[expected, scheme === 'http', scheme === 'https']]);
  });

  it.each<[boolean, Auth]>([
    [false, { type: 'ntlm', username: 'wartung', password: 'lokal-1' }],
    [false, { type: 'ntlm', username: 'ops', password: DOMAIN_USER.password }],
    [false, { type: 'ntlm', username: 'ANDERE\\ops', password: DOMAIN_USER.password }],
    [false, { type: 'ntlm', ...DEFAULT_USER }],
    [true, { type: 'ntlm', username: 'wartung', password: '' }],
    [true, { type: 'basic', username: 'wartung', password: 'lokal-1' }],
    [true, { type: 'none' }],
  ])('refused: https %s, %o', async (secure, auth) => {
    const host = await startHost({ users });
    const error: unknown = await clientOf(host, { secure, auth }).identify().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AuthError);
    expect((error as AuthError).offered).toEqual(['Negotiate', 'Basic']);
    expect(host.handshakes).toBe(0);
  });

  it.each<[SimulatedHostOptions, boolean]>([
    [{}, false],
    [{ allowUnencrypted: true }, true],
  ])('Basic over HTTP with %o', async (options, isAccepted) => {
    const host = await startHost(options);
    const identity = clientOf(host, { auth: BASIC, allowInsecure: ['basic'] }).identify();
    if (isAccepted) await expect(identity).resolves.toMatchObject({ productVendor: 'Microsoft Corporation' });
    else await expect(identity).rejects.toBeInstanceOf(AuthError);
  });

  it.each(['none', 'relaxed', 'strict'] as const)('NTLM over HTTPS binds to the certificate: %s', async (cbt) => {
    const host = await startHost({ cbt });
    await expect(clientOf(host, { secure: true }).identify()).resolves.toBeDefined();
  });

  it('allowUnencrypted: who seals is answered sealed', async () => {
    const host = await startHost({ allowUnencrypted: true });
    await clientOf(host).identify();
    expect(host.requests[0]?.sealed).toBe(true);
  });
});

describe('connections', () => {
  it.each(['axios', 'undici'] as const)('many sealed messages on one connection after one handshake: %s', async (transport) => {
    const host = await startHost();
    const migration = hyperVOf(host, { transport }).migrationJob(host.addJob({ JobState: 10, errors: [{ MessageID: '21024', Message: 'ü'.repeat(60_000) }] }));
    for (let call = 0; call < 25; call++) expect((await migration.getError())?.MessageID).toBe('21024');
    expect([host.connections, host.handshakes, host.requests.length]).toEqual([1, 1, 25]);
  });

  it('each has its own authentication', async () => {
    const host = await startHost();
    const client = clientOf(host, { connections: 4 });
    await Promise.all(Array.from({ length: 12 }, () => client.identify()));
    expect([host.connections, host.handshakes, host.requests.length]).toEqual([4, 4, 12]);
  });

  it('Basic needs no handshake', async () => {
    const host = await startHost();
    await clientOf(host, { secure: true, auth: BASIC }).identify();
    expect([host.connections, host.handshakes]).toEqual([1, 0]);
  });
});

it('requests tell what was asked', async () => {
  const host = await startHost();
  const id = host.addJob({ JobState: 4 }).keys.InstanceID;
  const client = clientOf(host);
  await client.invoke(job(id), 'GetError', { Frage: ['eins', 'zwei'] } as never);
  await client.get(job(id));
  await client.get(job(ID)).catch(() => undefined);
  await client.identify();
  const common = { resourceUri: JOB_URI, className: 'Msvm_MigrationJob', namespace: 'root/virtualization/v2', user: 'SIMHOST\\Administrator', sealed: true, secure: false };
  const GET = 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get';
  expect(host.requests).toMatchObject([
    { ...common, action: `${JOB_URI}/GetError`, method: 'GetError', selectors: { InstanceID: id }, parameters: { Frage: ['eins', 'zwei'] } },
    { ...common, action: GET, method: null, selectors: { InstanceID: id }, parameters: {} },
    { ...common, action: GET, selectors: { InstanceID: ID } },
    { action: 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd/Identify', method: null, resourceUri: null, className: null, namespace: null, selectors: {}, messageId: null },
  ]);
  expect(host.requests[0]?.messageId).toMatch(/^uuid:[0-9A-F-]{36}$/);
  expect(host.requests[0]?.envelope).toMatch(/^<s:Envelope .*<p:Frage>zwei<\/p:Frage>/);
});

describe('start', () => {
  it('makes a certificate for localhost, 127.0.0.1 and ::1, another for each host', async () => {
    const [first, second] = [await startHost(), await startHost()];
    const certificate = new X509Certificate(first.certificate);
    expect([certificate.checkHost('localhost'), certificate.checkIP('127.0.0.1'), certificate.checkIP('::1')]).toEqual(['localhost', '127.0.0.1', '::1']);
    expect(first.certificate).not.toBe(second.certificate);
    await expect(clientOf(first, { secure: true, tls: { ca: second.certificate } }).identify()).rejects.toMatchObject({ code: 'TLS' });
  });

  it.each<SimulatedHostOptions>([
    { httpPort: -1 },
    { httpsPort: 65_536 },
    { cbt: 'loose' as 'none' },
    { users: [{ username: 'FABRIK\\ops', password: 'x' }] },
  ])('refuses %o', async (options) => {
    await expect(SimulatedHost.start(options)).rejects.toBeInstanceOf(UsageError);
  });

  it('on ports of your own; one that is taken is a TransportError, and the other is freed', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const first = await startHost();
    const free = Number(new URL(first.url).port);
    await first.close();
    await expect(SimulatedHost.start({ httpPort: free, httpsPort: port })).rejects.toBeInstanceOf(TransportError);
    taken.close();
    await once(taken, 'close');
    const host = await startHost({ httpPort: free, httpsPort: port });
    expect([host.url, host.httpsUrl]).toEqual([`http://127.0.0.1:${free}/wsman`, `https://127.0.0.1:${port}/wsman`]);
  });
});

describe('close', () => {
  it('cuts every connection, whatever it is doing, and frees both ports; a second time is no harm', async () => {
    const host = await startHost();
    const idle = await openTcp(host.url);
    const inTls = await openTcp(host.httpsUrl);
    inTls.write(Uint8Array.of(0x16, 0x03, 0x01));
    const tls = connectTls({ port: Number(new URL(host.httpsUrl).port), host: '127.0.0.1', ca: host.certificate });
    tls.on('error', () => undefined);
    await once(tls, 'secureConnect');
    host.trouble({ when: 'response', kind: 'delay', ms: 60_000 });
    const waiting = clientOf(host).identify({ idempotent: false }).catch((error: unknown) => error);
    while (host.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    const cut = Promise.all([idle, inTls, tls].map((socket) => once(socket.resume(), 'close')));
    await Promise.all([host.close(), host.close()]);
    await cut;
    expect(await waiting).toBeInstanceOf(TransportError);
    await host.close();
    for (const url of [host.url, host.httpsUrl]) await expect(send(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('with await using', async () => {
    let url: string;
    {
      await using host = await SimulatedHost.start();
      ({ url } = host);
      expect((await send(url)).status).toBe(401);
    }
    await expect(send(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('leaves nothing that keeps the process alive', async () => {
    const held = (): number => process.getActiveResourcesInfo().filter((resource) => /^(TCP|TLS|Timeout)/.test(resource)).length;
    // The test runner has a timer or two of its own, now and then.
    const noise = 5;
    const before = held();
    const host = await SimulatedHost.start();
    host.trouble({ when: 'response', kind: 'delay', ms: 60_000, times: 20 });
    const clients = Array.from({ length: 20 }, () => clientOf(host));
    const waiting = clients.map((client) => client.identify().catch((error: unknown) => error));
    while (host.requests.length < 20) await new Promise((resolve) => setImmediate(resolve));
    // 2 ports, 20 sockets with two ends, 20 delays.
    expect(held()).toBeGreaterThan(before + 62 - noise);
    await host.close();
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all(waiting);
    // A handle that was closed is listed until the event loop has gone round.
    for (let turn = 0; turn < 100 && held() > before; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(held()).toBeLessThan(before + noise);
  });
});

it('the example of the class works', async () => {
  const simulated = await startHost();
  const { keys } = simulated.addJob({ JobState: 10, errors: [{ MessageID: '21024', Message: 'The migration of web01 failed.' }] });
  const host = new HyperVHost({ url: simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER } });
  try {
    expect((await host.migrationJob(keys.InstanceID).getError())?.Message).toBe('The migration of web01 failed.');
    expect(simulated.requests[0]?.method).toBe('GetError');
    simulated.trouble({ when: 'response', kind: 'drop' });
    expect((await host.migrationJob(keys.InstanceID).getError())?.MessageID).toBe('21024');
  } finally {
    await host.close();
  }
});
