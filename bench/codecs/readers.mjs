// XML readers alone over a page, beside decoding its bytes. The two others are what could read in place of our own; neither is used.
import { Buffer } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { XMLParser } from 'fast-xml-parser';
import saxes from 'saxes';
import { openXml } from '../../dist/xml/parse.js';
import { relatedTo } from '../server/envelopes.mjs';
import { PAGE_SIZE, page } from '../server/pages.mjs';

const PAGE = relatedTo(page('Pull', { maxElements: PAGE_SIZE, maxEnvelopeSize: 512_000 }, 100_000).answer, Buffer.from('uuid:0B7E35C4-91AD-4E52-8F16-6C3D2A705B18'));
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  parseAttributeValue: false,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  maxNestedTags: Infinity,
  jPath: false,
});

function ours() {
  const cursor = openXml(PAGE);
  while (cursor.next() !== 'eof');
}

function bySaxes() {
  let events = 0;
  const reader = new saxes.SaxesParser({ xmlns: true });
  for (const event of ['opentag', 'text', 'closetag']) reader.on(event, () => events++);
  reader.write(PAGE.toString()).close();
}

const beside = (operation) => ({
  calls: 20,
  yardstickName: 'UTF-8 to text',
  make: () => ({ operation: { operation }, yardstick: { operation: () => new TextDecoder('utf-8', { fatal: true }).decode(PAGE) } }),
});

/** As in envelopes.mjs. */
export const CODECS = {
  [`page of ${PAGE_SIZE}, our reader alone`]: beside(ours),
  [`page of ${PAGE_SIZE}, saxes alone`]: beside(bySaxes),
  [`page of ${PAGE_SIZE}, fast-xml-parser alone`]: beside(() => parser.parse(PAGE.toString())),
};
