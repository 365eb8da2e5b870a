import { SpanKind, SpanStatusCode, context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { WsmanClient, type WsmanClientOptions } from '../../src/index.js';
import { jobPath } from '../../src/hyperv/job-reference.js';
import { SimulatedHost } from '../../src/testing/index.js';

vi.mock('hyperv-wsman', () => import('../../src/index.js'));

const USER = { username: 'operator', domain: 'LAB', password: 'Correct-Horse-7' };
const EXAMPLE = new URL('../../examples/opentelemetry.js', import.meta.url).href;

let spans: InMemorySpanExporter;
let counted: InMemoryMetricExporter;
let meters: MeterProvider;
let simulated: SimulatedHost;
let client: WsmanClient;
let stop: () => void;

beforeAll(async () => {
  simulated = await SimulatedHost.start({ users: [USER] });
});
afterAll(() => simulated.close());

beforeEach(async () => {
  spans = new InMemorySpanExporter();
  counted = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: counted })] });
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  metrics.setGlobalMeterProvider(meters);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { instrument } = (await import(EXAMPLE)) as { instrument: () => () => void };
  stop = instrument();
  client = connect();
});
afterEach(async () => {
  stop();
  await client.close();
  await meters.shutdown();
  trace.disable();
  metrics.disable();
  context.disable();
});

function connect(options: Partial<WsmanClientOptions> = {}): WsmanClient {
  return new WsmanClient({ url: simulated.url, auth: { type: 'ntlm', username: 'LAB\\operator', password: USER.password }, ...options });
}

const job = () => jobPath(simulated.addJob({ JobState: 10, errors: [{ Message: 'x' }] }));

/** The counters by name; of each the sum by its attributes. */
async function counters(): Promise<Record<string, { attributes: object; value: unknown }[]>> {
  await meters.forceFlush();
  const [scope] = counted.getMetrics().at(-1)?.scopeMetrics ?? [];
  return Object.fromEntries((scope?.metrics ?? []).map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ attributes, value }) => ({ attributes, value }))]));
}

it('makes a span of a call, with host, verb, class and status', async () => {
  await client.invoke(job(), 'GetError');
  await client.identify();
  const [invoked, identified] = spans.getFinishedSpans();
  expect(invoked).toMatchObject({ name: 'GetError of Msvm_MigrationJob', kind: SpanKind.CLIENT, status: { code: SpanStatusCode.UNSET } });
  expect(invoked?.attributes).toEqual({
    'server.address': client.host,
    'hyperv_wsman.verb': 'GetError',
    'hyperv_wsman.class': 'Msvm_MigrationJob',
    'http.response.status_code': 200,
  });
  expect(identified?.attributes).toEqual({ 'server.address': client.host, 'hyperv_wsman.verb': 'Identify', 'http.response.status_code': 200 });
});

it('tells the class of each page of an enumeration', async () => {
  for (let index = 0; index < 3; index++) job();
  for await (const one of client.enumerate('Msvm_MigrationJob', { pageSize: 2 })) expect(one.JobState).toBe(10);
  const asked = spans.getFinishedSpans().map(({ attributes }) => [attributes['hyperv_wsman.verb'], attributes['hyperv_wsman.class']]);
  expect(asked).toContainEqual(['Enumerate', 'Msvm_MigrationJob']);
  expect(asked).toContainEqual(['Pull', 'Msvm_MigrationJob']);
});

it('marks a span that failed with the code of its error, and counts it apart', async () => {
  await client.identify();
  const gone = { ...job(), keys: { InstanceID: 'none' } };
  const error = await client.get(gone).then(() => null, (caught: unknown) => caught as Error);
  await expect(client.identify({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  const [, failed, aborted] = spans.getFinishedSpans();
  expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR, message: error?.message });
  expect(failed?.attributes).toMatchObject({ 'error.type': 'FAULT', 'http.response.status_code': 500 });
  expect(aborted?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'enough' });
  expect(aborted?.attributes).toEqual({ 'server.address': client.host, 'hyperv_wsman.verb': 'Identify', 'error.type': '_OTHER' });
  const host = { 'server.address': client.host };
  expect((await counters())['hyperv_wsman.calls']).toEqual([
    { attributes: host, value: 1 },
    { attributes: { ...host, 'error.type': 'FAULT' }, value: 1 },
    { attributes: { ...host, 'error.type': '_OTHER' }, value: 1 },
  ]);
});

it('gives a span the parent that is active where the call is made, also when it waits for the connection of another', async () => {
  const tracer = trace.getTracer('operator');
  const path = job();
  const parents = await Promise.all(
    ['red', 'green', 'blue'].map((name) =>
      tracer.startActiveSpan(name, async (span) => {
        await Promise.all([client.get(path), client.identify()]);
        await client.get(path);
        span.end();
        return span.spanContext().spanId;
      }),
    ),
  );
  const children = spans.getFinishedSpans().filter(({ kind }) => kind === SpanKind.CLIENT);
  expect(children).toHaveLength(9);
  for (const parent of parents) {
    expect(children.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent).map(({ name }) => name).sort()).toEqual([
      'Get of Msvm_MigrationJob',
      'Get of Msvm_MigrationJob',
      'Identify',
    ]);
  }
});

it('counts handshakes and retries', async () => {
  const path = job();
  const before = simulated.handshakes;
  await client.get(path);
  simulated.trouble({ when: 'request', kind: 'drop' });
  await client.get(path);
  expect(simulated.handshakes - before).toBe(2);
  const attributes = { 'server.address': client.host };
  expect(await counters()).toMatchObject({
    'hyperv_wsman.calls': [{ attributes, value: 2 }],
    'hyperv_wsman.handshakes': [{ attributes, value: 2 }],
    'hyperv_wsman.retries': [{ attributes, value: 1 }],
  });
});

it('counts the bytes of requests and answers', async () => {
  let sent = 0;
  let received = 0;
  const plain = connect({
    url: simulated.httpsUrl,
    tls: { ca: simulated.certificate },
    auth: { type: 'basic', username: 'LAB\\operator', password: USER.password },
    observe: ({ request, response }) => {
      sent += Buffer.byteLength(request);
      received += Buffer.byteLength(response);
    },
  });
  await plain.identify();
  await plain.get(job());
  await plain.close();
  const attributes = { 'server.address': plain.host };
  expect(sent).toBeGreaterThan(0);
  expect(await counters()).toMatchObject({
    'hyperv_wsman.bytes.sent': [{ attributes, value: sent }],
    'hyperv_wsman.bytes.received': [{ attributes, value: received }],
  });
});

it('is silent after its end', async () => {
  stop();
  await client.identify();
  expect(spans.getFinishedSpans()).toEqual([]);
  expect(await counters()).toEqual({});
});
