// What a request is answered with. Nothing is parsed: the few values that matter are cut out of the bytes.
import { computerSystem } from './computer-system.mjs';
import { prepare, relatedTo } from './envelopes.mjs';
import { GET_ERROR } from './get-error.mjs';
import { PAGE_SIZE, page } from './pages.mjs';

const TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer';
const GET = prepare(`${TRANSFER}/GetResponse`, computerSystem(0));
/** Windows as it comes. */
const CONFIG = prepare(
  `${TRANSFER}/GetResponse`,
  '<cfg:Config xmlns:cfg="http://schemas.microsoft.com/wbem/wsman/1/config"><cfg:MaxEnvelopeSizekb>500</cfg:MaxEnvelopeSizekb>' +
    '<cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms><cfg:MaxBatchItems>32000</cfg:MaxBatchItems></cfg:Config>',
);
const RELEASED = prepare('http://schemas.xmlsoap.org/ws/2004/09/enumeration/ReleaseResponse', '');

/**
 * Answers one request.
 *
 * @param request - its envelope
 * @param connection - where `left`, the instances to come of the enumeration on this connection, is kept
 * @param instances - how many an enumeration has
 */
export function answerTo(request, connection, instances) {
  return relatedTo(answerOf(request, connection, instances), contentOf(request, 'MessageID'));
}

function answerOf(request, connection, instances) {
  const operation = contentOf(request, 'Action').toString().replace(/^.*\//, '');
  switch (operation) {
    case 'GetError':
      return GET_ERROR;
    case 'Get':
      return contentOf(request, 'ResourceURI').includes('/wsman/1/config') ? CONFIG : GET;
    case 'Enumerate':
      connection.left = instances;
      return nextPage(operation, request, connection);
    case 'Pull':
      return nextPage(operation, request, connection);
    case 'Release':
      return RELEASED;
    default:
      throw new Error(`No workload asks for ${operation}: ${request}`);
  }
}

function nextPage(operation, request, connection) {
  const maxElements = Number(contentOf(request, 'MaxElements') ?? PAGE_SIZE);
  const maxEnvelopeSize = Number(contentOf(request, 'MaxEnvelopeSize') ?? 153_600);
  const { size, answer } = page(operation, { maxElements, maxEnvelopeSize }, connection.left);
  connection.left -= size;
  return answer;
}

/** The text of the first element with this name, whatever its prefix; `null` when there is none. */
function contentOf(request, name) {
  const at = request.indexOf(`:${name}`);
  if (at < 0) return null;
  const start = request.indexOf('>', at) + 1;
  return request.subarray(start, request.indexOf('<', start));
}
