import { decodeCimXml } from '../../cim/cim-xml.js';
import type { JsonValue } from '../../cim/json.js';
import { fromLatin1 } from '../../bytes.js';
import { ProtocolError } from '../../errors.js';
import { openXml } from '../../xml/parse.js';
import { describeBody, isKnownBody } from './body.js';
import { describeEnvelope } from './envelope.js';
import { describeToken } from './token.js';
import { describeInstance } from './value.js';

/** Elements of DSP0201 that hold an instance, or are one. */
const CIM_XML = /^(?:INSTANCE|CIM|DECLARATION|DECLGROUP|VALUE)(?:\.|$)/;
/** `<`, perhaps after a byte order mark of UTF-8 or UTF-16, a UTF-16 zero or white space; as ISO-8859-1. */
const XML_START = /^(?:\xEF\xBB\xBF|\xFF\xFE|\xFE\xFF)?[\s\0]*</;

/**
 * Decodes whatever of this protocol it is given, for people: plain data, ready for JSON. `kind` tells what it was: a SOAP
 * `request`, `response` or `fault`, a CIM-XML `instance`, a `fragment` (the content of a SOAP body without its envelope),
 * or a token: `ntlm`, `kerberos`, `spnego` or `credssp`.
 *
 * @throws ProtocolError - none of these, or a broken one; the message says what and where
 * @throws LimitError - beyond the limits of the XML reader
 */
export function decode(input: Uint8Array): JsonValue {
  const head = fromLatin1(input.subarray(0, 1000));
  if (XML_START.test(head)) return decodeDocument(input);
  const text = fromLatin1(input).trim();
  if (text === '') throw new ProtocolError('The input is empty');
  return describeToken(text);
}

function decodeDocument(input: Uint8Array): JsonValue {
  const cursor = openXml(input);
  const { name, namespace } = cursor;
  if (name === 'Envelope') return describeEnvelope(input);
  if (isKnownBody(cursor)) return { kind: 'fragment', body: describeBody(cursor) };
  if (CIM_XML.test(name)) return { kind: 'instance', ...describeInstance(decodeCimXml(input)) };
  throw new ProtocolError(
    `The element ${name} of ${namespace === '' ? 'no namespace' : `namespace "${namespace}"`} is neither a SOAP envelope, ` +
      'a CIM-XML instance nor the content of a WS-Management body (METHOD_INPUT, METHOD_OUTPUT, an instance of a class)',
  );
}
