// Pages of an enumeration: the same instances in each, as many as the request allows.
import { Buffer } from 'node:buffer';
import { computerSystem } from './computer-system.mjs';
import { prepare } from './envelopes.mjs';

const ENUMERATION = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
const CONTEXT = 'uuid:64F8D2A1-B70C-4935-A1E6-5C92D0B83E47';
/** What an envelope of the largest page has beside its items. */
const FRAME_BYTES = 1500;

/** The most instances of a page: with 500 kB for an envelope, Windows sends about as many. */
export const PAGE_SIZE = 200;

const ITEMS = Array.from({ length: PAGE_SIZE }, (_, index) => computerSystem(index));
const ITEM_BYTES = Math.max(...ITEMS.map((item) => Buffer.byteLength(item)));
const prepared = new Map();

/**
 * A page as `prepare` makes it, and how many instances it has.
 *
 * @param operation - `Enumerate` or `Pull`
 * @param asked.maxElements - how many instances the request allows
 * @param asked.maxEnvelopeSize - how many bytes
 * @param left - how many instances there are to come
 */
export function page(operation, { maxElements, maxEnvelopeSize }, left) {
  const size = Math.min(maxElements, Math.floor((maxEnvelopeSize - FRAME_BYTES) / ITEM_BYTES), PAGE_SIZE, left);
  const isLast = size === left;
  const key = `${operation} ${size} ${isLast}`;
  if (!prepared.has(key)) prepared.set(key, prepare(`${ENUMERATION}/${operation}Response`, bodyText(operation, size, isLast)));
  return { size, answer: prepared.get(key) };
}

function bodyText(operation, size, isLast) {
  const prefix = operation === 'Enumerate' ? 'w' : 'n';
  const context = isLast && operation === 'Pull' ? '' : `<n:EnumerationContext>${isLast ? '' : CONTEXT}</n:EnumerationContext>`;
  const items = `<${prefix}:Items>${ITEMS.slice(0, size).join('')}</${prefix}:Items>`;
  return `<n:${operation}Response>${context}${items}${isLast ? `<${prefix}:EndOfSequence/>` : ''}</n:${operation}Response>`;
}
