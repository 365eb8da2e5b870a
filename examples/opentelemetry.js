// OpenTelemetry for every call of hyperv-wsman: a span for each, and counters. Copy this module into your program, add
// @opentelemetry/api to its dependencies, and call instrument() once, after your OpenTelemetry SDK was set up.
import { SpanKind, SpanStatusCode, metrics, trace } from '@opentelemetry/api';
import { HyperVWsmanError, onSignal } from 'hyperv-wsman';

/** Begins to listen; gives back a function that ends it. Until it is called, and after, a call costs nothing more. */
export function instrument() {
  const tracer = trace.getTracer('hyperv-wsman');
  const meter = metrics.getMeter('hyperv-wsman');
  const calls = meter.createCounter('hyperv_wsman.calls', { description: 'Calls that have ended' });
  const sent = meter.createCounter('hyperv_wsman.bytes.sent', { unit: 'By', description: 'Bytes of the bodies of requests' });
  const received = meter.createCounter('hyperv_wsman.bytes.received', { unit: 'By', description: 'Bytes of the bodies of answers' });
  const handshakes = meter.createCounter('hyperv_wsman.handshakes', { description: 'Authentications of a connection' });
  const retries = meter.createCounter('hyperv_wsman.retries', { description: 'Requests that were sent again' });
  const spans = new WeakMap();

  const stops = [
    onSignal('hyperv-wsman:call:start', ({ call }) => {
      // "Pull of Enumerate of Msvm_ComputerSystem": the verb is in front, the class at the end.
      const [verb, ...rest] = call.asked.split(' of ');
      const attributes = { 'server.address': call.host, 'hyperv_wsman.verb': verb, 'hyperv_wsman.class': rest.at(-1) };
      // Its parent is the span that is active where the call was made.
      spans.set(call, tracer.startSpan(call.asked, { kind: SpanKind.CLIENT, attributes }));
    }),
    onSignal('hyperv-wsman:call:end', ({ call, status, error }) => {
      const failure = error === null ? {} : { 'error.type': error instanceof HyperVWsmanError ? error.code : '_OTHER' };
      calls.add(1, { 'server.address': call.host, ...failure });
      const span = spans.get(call);
      span?.setAttributes({ ...(status === null ? {} : { 'http.response.status_code': status }), ...failure });
      if (error !== null) span?.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
      span?.end();
    }),
    onSignal('hyperv-wsman:exchange', ({ host, bytesSent, bytesReceived }) => {
      sent.add(bytesSent, { 'server.address': host });
      received.add(bytesReceived, { 'server.address': host });
    }),
    onSignal('hyperv-wsman:handshake', ({ host }) => handshakes.add(1, { 'server.address': host })),
    onSignal('hyperv-wsman:retry', ({ host }) => retries.add(1, { 'server.address': host })),
  ];
  return () => stops.forEach((stop) => stop());
}
