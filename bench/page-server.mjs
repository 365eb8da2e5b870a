// A WS-Management service that has as many instances of Msvm_ComputerSystem as it is told to, and no more than one page of
// them in memory: every page is the same text. It does what an enumeration needs, and nothing protects it.
//
// A child process: node's fork with the number of instances as argument. It sends its port, and on any message what it was asked.
import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { loadSchema } from 'hyperv-wsman';

const CLASS = 'Msvm_ComputerSystem';
const URI = `http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/${CLASS}`;
const NAMESPACES =
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
  ' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"' +
  ' xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
/** Windows as it comes: MaxEnvelopeSizekb 500. */
const CONFIG =
  '<cfg:Config xmlns:cfg="http://schemas.microsoft.com/wbem/wsman/1/config"><cfg:MaxEnvelopeSizekb>500</cfg:MaxEnvelopeSizekb>' +
  '<cfg:MaxBatchItems>32000</cfg:MaxBatchItems></cfg:Config>';

const TEXTS = {
  boolean: 'true',
  datetime: '<cim:Datetime>2026-11-22T06:12:34.500000Z</cim:Datetime>',
  uint64: '18446744073709551615',
  string: 'A text of some length, as the name of a virtual machine has it',
};

const count = Number(process.argv[2]);
const item = instanceText((await loadSchema()).classInfo(CLASS));
const asked = { enumerates: 0, pulls: 0, releases: 0, items: 0 };
let left = 0;

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString();
    const body = Buffer.from(
      `<s:Envelope ${NAMESPACES} xml:lang="en-US"><s:Header><a:RelatesTo>${between(text, 'a:MessageID')}</a:RelatesTo></s:Header>` +
        `<s:Body>${answerTo(text)}</s:Body></s:Envelope>`,
    );
    response.writeHead(200, { 'Content-Type': 'application/soap+xml;charset=UTF-8', 'Content-Length': body.length });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => process.send(asked));

function answerTo(request) {
  if (request.includes('Identify/>')) return '<IdentifyResponse><ProtocolVersion>none</ProtocolVersion></IdentifyResponse>';
  switch (between(request, 'a:Action').replace(/^.*\//, '')) {
    case 'Get':
      return CONFIG;
    case 'Enumerate':
      asked.enumerates++;
      left = count;
      return `<n:EnumerateResponse>${page(request, 'w')}</n:EnumerateResponse>`;
    case 'Pull':
      asked.pulls++;
      return `<n:PullResponse>${page(request, 'n')}</n:PullResponse>`;
    case 'Release':
      asked.releases++;
      return '';
    default:
      throw new Error(`Not an operation of an enumeration: ${request}`);
  }
}

/** As many items as are asked for, fit into the envelope, and are left. */
function page(request, prefix) {
  const envelope = Number(between(request, 'w:MaxEnvelopeSize')) - 2000;
  const size = Math.min(Number(between(request, '\\w:MaxElements')), Math.floor(envelope / item.length), left);
  left -= size;
  asked.items += size;
  return (
    `<n:EnumerationContext>${left === 0 ? '' : `context-${left}`}</n:EnumerationContext><${prefix}:Items>${item.repeat(size)}</${prefix}:Items>` +
    (left === 0 ? `<${prefix}:EndOfSequence/>` : '')
  );
}

/** Every property has a value, an array two: a real instance is smaller. */
function instanceText({ properties }) {
  const members = [...properties].map(([name, { type, array }]) => `<p:${name}>${TEXTS[type] ?? '2'}</p:${name}>`.repeat(array ? 2 : 1));
  return `<p:${CLASS} xmlns:p="${URI}" xsi:type="p:${CLASS}_Type">${members.join('')}</p:${CLASS}>`;
}

function between(text, tag) {
  return new RegExp(`<${tag}[^>]*>([^<]*)<`).exec(text)?.[1] ?? '';
}
