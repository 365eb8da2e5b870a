import { describe, expect, it } from 'vitest';
import { readFault } from '../../src/soap/fault.js';
import { SOAP } from '../../src/soap/namespaces.js';
import { parseXml } from '../../src/xml/element.js';

const fault = (inner: string) => readFault(parseXml(`<s:Fault xmlns:s="${SOAP}">${inner}</s:Fault>`));

describe('readFault', () => {
  it('takes the innermost subcode and does not need its prefix to be declared', () => {
    const read = fault(
      '<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>a:Outer</s:Value><s:Subcode><s:Value>w:Inner</s:Value></s:Subcode></s:Subcode></s:Code>' +
        '<s:Reason><s:Text xml:lang="fr"> Non. </s:Text><s:Text xml:lang="en">No.</s:Text></s:Reason><s:Detail/>',
    );
    expect(read).toMatchObject({ code: 'Sender', subcode: 'Inner', reason: 'Non.', lang: 'fr' });
    expect(read.detail?.name).toBe('Detail');
  });

  it('makes the best of a fault with nothing in it', () => {
    expect(fault('')).toEqual({ code: '', subcode: null, reason: '', lang: null, detail: null });
  });
});
