import { utf8 } from '../bytes.js';
import { type EnumerationItem, type EnumerationPage, type WritePageOptions, itemsNode } from '../wsman/enumeration-page.js';
import { writeResponse } from '../wsman/response.js';
import type { XmlNode } from '../xml/write.js';
import { itemTooLarge } from './operation-faults.js';
import { LIMITS } from './limits.js';
import type { Lookahead } from './lookahead.js';
import { type Call, ServiceFault } from './service.js';
import { xmlSize } from './xml-size.js';

/** For EndOfSequence and the tags around the items. */
const MARGIN_BYTES = 128;
const MESSAGE_ID = 'uuid:00000000-0000-0000-0000-000000000000';

/** What a page is made of. */
export type PageSource<T> = {
  readonly items: Lookahead<T>;
  readonly toItem: (item: T) => EnumerationItem;
  readonly writing: WritePageOptions;
  /** The context that goes on after the page. */
  readonly context: string;
};

/**
 * Takes items for a page: as many as are asked for and there, and never more than fit the envelope that the client takes
 * (DSP0226 §8.4).
 *
 * @param answer - how the page is answered: its action and its body
 * @throws ServiceFault - EncodingLimit: the next item alone is too large; it stays the next
 */
export function takePage<T>(
  source: PageSource<T>,
  maxElements: number,
  { request, maxEnvelopeSize }: Call,
  answer: { readonly action: string; readonly body: (page: EnumerationPage, writing: WritePageOptions) => XmlNode },
): EnumerationPage {
  const { items, toItem, writing, context } = source;
  const empty = answer.body({ items: [], context, endOfSequence: false }, writing);
  const envelope = writeResponse({ action: answer.action, messageId: MESSAGE_ID, relatesTo: request.messageId ?? '', lang: 'en-US' }, empty);
  let left = maxEnvelopeSize - utf8(envelope).length - MARGIN_BYTES;
  const taken: EnumerationItem[] = [];
  for (let next = items.peek(); next.done !== true && taken.length < Math.min(maxElements, LIMITS.MaxBatchItems); next = items.peek()) {
    const item = toItem(next.value);
    left -= xmlSize(itemsNode('n:Items', { items: [item], context, endOfSequence: false }, writing));
    if (left < 0 && taken.length === 0) throw new ServiceFault(itemTooLarge());
    if (left < 0) break;
    taken.push(item);
    items.take();
  }
  const endOfSequence = items.peek().done === true;
  return { items: taken, context: endOfSequence ? null : context, endOfSequence };
}
