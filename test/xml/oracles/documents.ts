import { mutated } from './mutations.js';
import type { Random } from './random.js';
import { type Encoding, Writer } from './writer.js';

/** A document to compare readers on. */
export type Document = {
  readonly input: Uint8Array | string;
  /** How it was made: `page, faulty, utf-8`. */
  readonly kind: string;
  /** Made by the rules of XML 1.0 and of Namespaces, and not mutated: every reader must accept it. */
  readonly isValid: boolean;
};

const ENCODINGS: readonly Encoding[] = ['text', 'text', 'text', 'utf-8', 'utf-8', 'utf-16le', 'utf-16be'];

/** Makes a document of some two hundred characters; every second one is faulty or mutated. The same choices make the same document. */
export function documentOf(random: Random): Document {
  const shape = random.chance(50) ? 'tree' : 'page';
  const isFaulty = random.chance(25);
  const writer = new Writer(random, isFaulty);
  const root = shape === 'tree' ? writer.element(2) : writer.page();
  const isMutated = random.chance(35);
  const encoding = random.pick(ENCODINGS);
  const whole = writer.prolog(encoding) + root + writer.misc();
  const input = encoded(isMutated ? mutated(random, whole) : whole, encoding, random);
  const isDamaged = typeof input !== 'string' && random.chance(4);
  return {
    input: isDamaged ? damaged(random, input) : input,
    kind: `${shape}, ${isMutated || isDamaged ? 'mutated' : isFaulty ? 'faulty' : 'valid'}, ${encoding}`,
    isValid: !isFaulty && !isMutated && !isDamaged,
  };
}

function encoded(text: string, encoding: Encoding, random: Random): Uint8Array | string {
  const marked = encoding.startsWith('utf-16') || random.chance(10) ? `\uFEFF${text}` : text;
  if (encoding === 'text') return marked;
  const bytes = Buffer.from(marked, encoding === 'utf-8' ? 'utf8' : 'utf16le');
  return new Uint8Array(encoding === 'utf-16be' ? bytes.swap16() : bytes);
}

/** Another byte in place of one, one more, or one less. */
function damaged(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length);
  const inserted = random.chance(70) ? [random.pick([0, 0x0a, 0x3c, 0x80, 0xbf, 0xc0, 0xc3, 0xd8, 0xed, 0xf4, 0xfe, 0xff])] : [];
  return Uint8Array.from([...bytes.subarray(0, at), ...inserted, ...bytes.subarray(at + random.below(2))]);
}
