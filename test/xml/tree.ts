import type { XmlElement } from '../../src/xml/element.js';

/** A tree in a form that is easy to write by hand: names are `{namespace}local`. */
export type Tree = { readonly name: string; readonly attributes: readonly (readonly [string, string])[]; readonly children: readonly (Tree | string)[] };

export function tree(name: string, attributes: Readonly<Record<string, string>> = {}, ...children: readonly (Tree | string)[]): Tree {
  return { name, attributes: Object.entries(attributes), children };
}

export function treeOf(element: XmlElement): Tree {
  return {
    name: clark(element),
    attributes: element.attributes.map((attribute) => [clark(attribute), attribute.value] as const),
    children: element.children.map((child) => (typeof child === 'string' ? child : treeOf(child))),
  };
}

function clark({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return namespace === '' ? name : `{${namespace}}${name}`;
}
