import { utf8 } from '../bytes.js';
import type { XmlNode } from '../xml/write.js';

/** The longest reference that a character is written as, `&quot;`. */
const LONGEST_REFERENCE = 6;

/** How many bytes of UTF-8 an element takes on the wire at most. It costs a fraction of writing it. */
export function xmlSize(node: XmlNode): number {
  const attributes = Object.entries(node.attributes).reduce((size, [name, value]) => size + name.length + textSize(value) + ' =""'.length, 0);
  const children = node.children.reduce((size, child) => size + (typeof child === 'string' ? textSize(child) : xmlSize(child)), 0);
  return 2 * utf8(node.name).length + '<></>'.length + attributes + children;
}

function textSize(text: string): number {
  const escaped = text.match(/[&<>"\t\n\r]/g)?.length ?? 0;
  return utf8(text).length + escaped * (LONGEST_REFERENCE - 1);
}
