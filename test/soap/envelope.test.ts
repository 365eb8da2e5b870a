import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/errors.js';
import { headerText, nextElement, openEnvelope, writeEnvelope } from '../../src/soap/envelope.js';
import { ADDRESSING, SOAP } from '../../src/soap/namespaces.js';
import { xmlNode } from '../../src/xml/write.js';

const OPEN = `<s:Envelope xmlns:s="${SOAP}" xmlns:a="${ADDRESSING}">`;

describe('writeEnvelope', () => {
  it('writes one line without a declaration, as Windows does', () => {
    expect(writeEnvelope({ a: ADDRESSING }, [xmlNode('a:To', {}, 'http://hv:5985/wsman')], null)).toBe(
      `${OPEN}<s:Header><a:To>http://hv:5985/wsman</a:To></s:Header><s:Body/></s:Envelope>`,
    );
  });

  it('tells the language when asked', () => {
    expect(writeEnvelope({}, [], xmlNode('s:x'), 'de-AT')).toBe(
      `<s:Envelope xml:lang="de-AT" xmlns:s="${SOAP}"><s:Header/><s:Body><s:x/></s:Body></s:Envelope>`,
    );
  });
});

describe('openEnvelope', () => {
  it('reads the headers and leaves the cursor on the first element of the body', () => {
    const envelope = openEnvelope(`${OPEN} <s:Header>\n<a:Action>  urn:x </a:Action></s:Header> <s:Body> <b:One xmlns:b="urn:b"/></s:Body></s:Envelope>`);
    expect(headerText(envelope, ADDRESSING, 'Action')).toBe('urn:x');
    expect(headerText(envelope, ADDRESSING, 'To')).toBeNull();
    expect([envelope.body.event, envelope.body.namespace, envelope.body.name]).toEqual(['start', 'urn:b', 'One']);
    expect(envelope.lang).toBeNull();
  });

  it('leaves the cursor on the end of an empty body', () => {
    const { body } = openEnvelope(`${OPEN}<s:Header/><s:Body>  </s:Body></s:Envelope>`);
    expect([body.event, body.name]).toEqual(['end', 'Body']);
    expect(nextElement(body)).toBe('end');
  });

  it('needs no Header (SOAP 1.2 Part 1, 5.1)', () => {
    expect(openEnvelope(`${OPEN}<s:Body/></s:Envelope>`).headers).toEqual([]);
  });

  it.each([
    ['another root', '<html/>', 'found the element html'],
    ['SOAP 1.1', '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>', 'SOAP 1.2 envelope'],
    ['no body', `${OPEN}<s:Header/></s:Envelope>`, 'no Body'],
    ['body before header', `${OPEN}<x/><s:Body/></s:Envelope>`, 'no Body'],
    ['cut off', `${OPEN}<s:Header/><s:Bo`, 'line 1'],
  ])('refuses %s', (_name, text, message) => {
    expect(() => openEnvelope(text)).toThrow(ProtocolError);
    expect(() => openEnvelope(text)).toThrow(message);
  });
});
