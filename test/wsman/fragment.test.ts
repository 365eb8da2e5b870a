import { describe, expect, it } from 'vitest';
import { instancePath } from '../../src/cim/object-path.js';
import { ProtocolError, UsageError } from '../../src/errors.js';
import { type Fragment, fragmentResponseBody, getFragmentRequest, putFragmentRequest, readFragment, readFragmentTransfer } from '../../src/wsman/fragment.js';
import { getRequest } from '../../src/wsman/get.js';
import type { TypeOf } from '../../src/wsman/instance.js';
import { WMI, answer, answered, bodyOf, ownHeadersOf, received } from './support.js';

const PATH = instancePath('Msvm_Note', { Key: '7' });
const typeOf: TypeOf = (owner, name) => (owner === 'Msvm_Note' && name === 'Sizes' ? { type: 'uint8', array: true } : null);
const HEADER =
  '<w:SelectorSet><w:Selector Name="Key">7</w:Selector></w:SelectorSet>|' +
  '<w:FragmentTransfer s:mustUnderstand="true" Dialect="http://www.w3.org/TR/1999/REC-xpath-19991116">Caption/text()</w:FragmentTransfer>';

describe('fragment transfer (DSP0226 §7.7)', () => {
  it('reads a part by Get, with a header that must be understood (MS-WSMV 3.1.4.1.18)', () => {
    const request = getFragmentRequest(PATH, 'Caption/text()');
    expect(request).toMatchObject({ action: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get', resourceUri: `${WMI}/Msvm_Note`, body: null });
    expect(ownHeadersOf(request)).toBe(HEADER);
  });

  it('replaces a part by Put', () => {
    const request = putFragmentRequest(PATH, 'Caption/text()', 'a < b');
    expect(request.action).toBe('http://schemas.xmlsoap.org/ws/2004/09/transfer/Put');
    expect(ownHeadersOf(request)).toBe(HEADER);
    expect(bodyOf(request)).toBe('<w:XmlFragment>a &lt; b</w:XmlFragment>');
    expect(bodyOf(putFragmentRequest(PATH, 'Sizes', { Sizes: [1, 2] }, typeOf))).toBe(
      `<w:XmlFragment xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="${WMI}/Msvm_Note" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common">` +
        '<p:Sizes>1</p:Sizes><p:Sizes>2</p:Sizes></w:XmlFragment>',
    );
    expect(() => putFragmentRequest(PATH, 'Sizes', { Sizes: [256] }, typeOf)).toThrow(UsageError);
  });

  it.each<[string, string, Fragment]>([
    ['text', '<w:XmlFragment>Build server </w:XmlFragment>', 'Build server '],
    ['properties', `<w:XmlFragment xmlns:p="${WMI}/Msvm_Note"> <p:Sizes>4</p:Sizes><p:Caption>c</p:Caption></w:XmlFragment>`, { Sizes: [4], Caption: 'c' }],
    ['a property that is null', '<w:XmlFragment><Caption xsi:nil="true"/></w:XmlFragment>', { Caption: null }],
    ['nothing', '<w:XmlFragment/>', null],
    ['nil', '<w:XmlFragment xsi:nil="true"/>', null],
  ])('reads %s', (_name, body, expected) => {
    expect(readFragment(answer(body), PATH, typeOf)).toEqual(expected);
  });

  it('refuses a whole instance where a part belongs', () => {
    expect(() => readFragment(answer(`<p:Msvm_Note xmlns:p="${WMI}/Msvm_Note"/>`), PATH)).toThrow(ProtocolError);
    expect(() => readFragment(answer(''), PATH)).toThrow('Expected XmlFragment, found an empty body');
  });

  it('is understood by a service', () => {
    expect(readFragmentTransfer(received(getFragmentRequest(PATH, 'Caption/text()')))).toBe('Caption/text()');
    expect(readFragmentTransfer(received(getRequest(PATH)))).toBeNull();
    expect(readFragment(received(putFragmentRequest(PATH, 'Sizes', { Sizes: [9] }, typeOf)), PATH, typeOf)).toEqual({ Sizes: [9] });
    expect(readFragment(answered(fragmentResponseBody('x', PATH)), PATH)).toBe('x');
    expect(readFragment(answered(fragmentResponseBody(null, PATH)), PATH)).toBeNull();
  });
});
