import { illegalCharacterIn } from './characters.js';

/**
 * How `&`, `<`, `>` and `"` are written: `named` as `&amp;` (a quote only in attributes), `numeric` as `&#38;`, everywhere.
 * Inside the text of an embedded instance it has to be `numeric`: a Hyper-V host refused named references there.
 */
export type XmlReferences = 'named' | 'numeric';

/** What becomes a reference in one place of a document, and how. */
export type Escaping = {
  /** What may be special, or illegal. Most texts have neither, and cost this one test. */
  readonly suspect: RegExp;
  /** What becomes a reference; global. */
  readonly special: RegExp;
  /** The reference to one such character. */
  readonly reference: (character: string) => string;
};

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };

const named = (character: string): string => NAMED[character] ?? numeric(character);
const numeric = (character: string): string => (character === '\r' ? '&#xD;' : `&#${character.charCodeAt(0)};`);

/**
 * The escaping of character data and of attribute values. What a reader would normalise away becomes a reference: a
 * carriage return everywhere, line feeds and tabs in values (XML 1.0 §2.11, §3.3.3).
 */
export const ESCAPINGS: Readonly<Record<XmlReferences, { readonly text: Escaping; readonly value: Escaping }>> = {
  named: {
    text: { suspect: /[^\t\n -%'-;=?-\uD7FF\uE000-\uFFFD]/, special: /[&<>\r]/g, reference: named },
    value: { suspect: /[^ !#-%'-;=?-\uD7FF\uE000-\uFFFD]/, special: /[&<>"\t\n\r]/g, reference: named },
  },
  numeric: {
    text: { suspect: /[^\t\n !#-%'-;=?-\uD7FF\uE000-\uFFFD]/, special: /[&<>"\r]/g, reference: numeric },
    value: { suspect: /[^ !#-%'-;=?-\uD7FF\uE000-\uFFFD]/, special: /[&<>"\t\n\r]/g, reference: numeric },
  },
};

/** The text as it stands in a document; `null` when it has a character that XML 1.0 §2.2 does not have. */
export function escapeXml(text: string, { suspect, special, reference }: Escaping): string | null {
  if (!suspect.test(text)) return text;
  return illegalCharacterIn(text) < 0 ? text.replace(special, reference) : null;
}
