// Envelopes both ways. Encoding is beside the copy of the finished text into bytes, decoding beside JSON.parse of what came out.
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { instancePath, loadSchema, toJson } from 'hyperv-wsman';
import { getRequest, readGetResponse } from '../../dist/wsman/get.js';
import { invokeRequest, readInvokeResponse } from '../../dist/wsman/invoke.js';
import { pullRequest, readPullResponse } from '../../dist/wsman/pull.js';
import { writeRequest } from '../../dist/wsman/request.js';
import { openResponse } from '../../dist/wsman/response.js';
import { computerSystem } from '../server/computer-system.mjs';
import { prepare, relatedTo } from '../server/envelopes.mjs';
import { GET_ERROR } from '../server/get-error.mjs';
import { PAGE_SIZE, page } from '../server/pages.mjs';

const JOB = instancePath('Msvm_MigrationJob', { InstanceID: '7B2F9E64-0C5A-4D81-93B7-E16A48D0F5C2' });
const MACHINE = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: '9C2E7F10-45BD-4A63-8E1C-D07F6B93A582' });
const SCOPE = { namespace: MACHINE.namespace, className: MACHINE.className };
const SETTINGS = { to: 'http://hv01.example:5985/wsman', maxEnvelopeSize: 512_000, operationTimeoutMs: 60_000, locale: 'en-US' };
const MESSAGE_ID = 'uuid:0B7E35C4-91AD-4E52-8F16-6C3D2A705B18';
const GET = relatedTo(prepare('http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse', computerSystem(0)), Buffer.from(MESSAGE_ID));
const PULL = relatedTo(page('Pull', { maxElements: PAGE_SIZE, maxEnvelopeSize: 512_000 }, 100_000).answer, Buffer.from(MESSAGE_ID));

/** By name: `calls` of one run, and `make()` for the operation and its yardstick. */
export const CODECS = {
  'GetError request, encode': encoding(() => invokeRequest(JOB, 'GetError', {})),
  'Get request, encode': encoding(() => getRequest(MACHINE)),
  'Pull request, encode': encoding(() => pullRequest(SCOPE, 'uuid:64F8D2A1-B70C-4935-A1E6-5C92D0B83E47', { maxElements: PAGE_SIZE })),
  'GetError answer, decode': decoding(2000, relatedTo(GET_ERROR, Buffer.from(MESSAGE_ID)), (envelope, { typeOf }) => readInvokeResponse(envelope, JOB, 'GetError', typeOf).out),
  'Get answer, decode': decoding(1000, GET, (envelope, { typeOf, propertiesOf }) => readGetResponse(envelope, MACHINE, typeOf, propertiesOf)),
  [`page of ${PAGE_SIZE}, decode`]: decoding(20, PULL, (envelope, types) => readPullResponse(envelope, types).items),
  [`page of ${PAGE_SIZE}, decode raw`]: decoding(20, PULL, (envelope) => readPullResponse(envelope).items),
};

function encoding(request) {
  const encode = () => writeRequest(request(), { ...SETTINGS, messageId: `uuid:${randomUUID().toUpperCase()}` });
  const text = encode();
  return {
    calls: 2000,
    yardstickName: 'text to bytes',
    make: () => ({ operation: { operation: () => Buffer.from(encode()) }, yardstick: { operation: () => Buffer.from(text) } }),
  };
}

function decoding(calls, bytes, read) {
  return {
    calls,
    yardstickName: 'JSON.parse of the same',
    async make() {
      const { typeOf, classInfo } = await loadSchema();
      const types = { typeOf, propertiesOf: (className) => classInfo(className)?.properties.keys() ?? [] };
      const decode = () => read(openResponse(bytes, MESSAGE_ID, 200), types);
      const decoded = decode();
      const json = JSON.stringify(Array.isArray(decoded) ? decoded.map(toJson) : Object.fromEntries(Object.entries(decoded).map(([name, value]) => [name, toJson(value)])));
      return { operation: { operation: decode }, yardstick: { operation: () => JSON.parse(json) } };
    },
  };
}
