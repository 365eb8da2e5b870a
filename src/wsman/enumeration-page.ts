import { type CimInstance, isCimInstance, receivedInstance, typesOf } from '../cim/instance.js';
import { type InstancePath, isInstancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import { ProtocolError } from '../errors.js';
import { nextElement } from '../soap/envelope.js';
import { ADDRESSING, CIM_COMMON, ENUMERATION, WSMAN, XSI } from '../soap/namespaces.js';
import { readElement, textOf } from '../xml/element.js';
import type { XmlCursor } from '../xml/parse.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { ALL_CLASSES } from './dialect.js';
import { type WriteOptions, instanceNode, memberNodes } from './instance.js';
import { readAllProperties, readProperties } from './instance-read.js';
import { KnownTypes, type PropertiesOf, type TypeOf, untyped } from './known-types.js';
import { readReference, referenceContent } from './selector-set.js';

/** An instance and where it is, which one that was read knows itself, for the mode `EnumerateObjectAndEPR`. */
export type InstanceWithPath = { readonly instance: CimInstance; readonly path: InstancePath };

/** What an enumeration gives: which of the three depends on its mode (DSP0226 §8.7). */
export type EnumerationItem = CimInstance | InstancePath | InstanceWithPath;

/** One answer to an Enumerate or a Pull. */
export type EnumerationPage = {
  /** May be empty, in the last page and in others. */
  readonly items: readonly EnumerationItem[];
  /** What to pull with next; it may change with every page. `null` for none: go on with the one there was. */
  readonly context: string | null;
  /** True for the last page, and nothing else tells it: some servers send a context even then. */
  readonly endOfSequence: boolean;
};

/** How items are read. */
export type ReadPageOptions = {
  /** Asked with each instance's own class: an enumeration of a class gives derived ones too. */
  readonly typeOf?: TypeOf;
  /** The properties that are null when a whole instance came without them. */
  readonly propertiesOf?: PropertiesOf;
  /** The class of parts of instances (`XmlFragment`), which do not name it; default `*`. {@link classOfQuery} tells that of a query. */
  readonly fragmentClass?: string;
};

/** How items are written. */
export type WritePageOptions = WriteOptions & {
  /** The namespace of the instances' classes. */
  readonly namespace: string;
  /** Whether instances are parts of instances, as a query with a list of properties gives them; default false. */
  readonly fragments?: boolean;
};

/** What is known of the instances of one page. */
type Reading = { readonly types: KnownTypes; readonly fragmentClass: string };
/** What an instance is made of, once it is known where it is. */
type ReadObject = { readonly className: string; readonly properties: Record<string, CimValue> };

/** Reads the content of EnumerateResponse or PullResponse; the cursor is on its start, and afterwards on its end. */
export function readPage(cursor: XmlCursor, { typeOf = untyped, propertiesOf, fragmentClass = ALL_CLASSES }: ReadPageOptions = {}): EnumerationPage {
  const reading = { types: new KnownTypes(typeOf, propertiesOf), fragmentClass };
  const items: EnumerationItem[] = [];
  let context: string | null = null;
  let endOfSequence = false;
  while (nextElement(cursor) === 'start') {
    const { namespace, name } = cursor;
    const isOurs = namespace === ENUMERATION || namespace === WSMAN;
    if (isOurs && name === 'Items') {
      while (nextElement(cursor) === 'start') items.push(readItem(cursor, reading));
      continue;
    }
    const text = textOf(readElement(cursor)).trim();
    if (isOurs && name === 'EnumerationContext' && text !== '') context = text;
    if (isOurs && name === 'EndOfSequence') endOfSequence = true;
  }
  return { items, context, endOfSequence };
}

/** An instance or a part of one, an endpoint reference, or an Item with both (DSP0226 §8.7). */
function readItem(cursor: XmlCursor, reading: Reading): EnumerationItem {
  if (isReference(cursor)) return readPath(cursor);
  if (cursor.namespace !== WSMAN || cursor.name !== 'Item') {
    const { className, properties } = readObject(cursor, reading);
    return receivedInstance(className, properties);
  }
  let object: ReadObject | null = null;
  let path: InstancePath | null = null;
  while (nextElement(cursor) === 'start') {
    if (isReference(cursor)) path = readPath(cursor);
    else object = readObject(cursor, reading);
  }
  if (object === null || path === null) throw new ProtocolError('An Item without an instance and its endpoint reference');
  return { instance: receivedInstance(object.className, object.properties, undefined, path), path };
}

/** A part of an instance (DSP0226 §7.7), or an instance. */
function readObject(cursor: XmlCursor, { types, fragmentClass }: Reading): ReadObject {
  const { namespace, name } = cursor;
  if (namespace === WSMAN && name === 'XmlFragment') return { className: fragmentClass, properties: readProperties(cursor, fragmentClass, types) };
  return { className: name, properties: readAllProperties(cursor, name, types) };
}

function isReference({ namespace, name }: XmlCursor): boolean {
  return name === 'EndpointReference' && namespace === ADDRESSING;
}

function readPath(cursor: XmlCursor): InstancePath {
  const path = readReference(readElement(cursor));
  if (path === null) throw new ProtocolError('An EndpointReference without ReferenceParameters');
  return path;
}

/**
 * Writes what is in a page, for either answer.
 *
 * @param items - the element that holds the items: `w:Items` in EnumerateResponse, `n:Items` in PullResponse
 */
export function itemsNode(items: string, page: EnumerationPage, options: WritePageOptions): XmlNode {
  return xmlNode(items, {}, page.items.map((item) => itemNode(item, options)));
}

function itemNode(item: EnumerationItem, options: WritePageOptions): XmlNode {
  if (isCimInstance(item)) return objectNode(item, options);
  if (isInstancePath(item)) return endpointReferenceNode(item, options);
  return xmlNode('w:Item', {}, objectNode(item.instance, options), endpointReferenceNode(item.path, options));
}

function objectNode(instance: CimInstance, options: WritePageOptions): XmlNode {
  if (options.fragments !== true) return instanceNode(instance, options.namespace, options);
  const types = typesOf(instance);
  const members = Object.entries(instance).flatMap(([name, value]) =>
    memberNodes(name, value, types[name] ?? null, options).map((node) => ({ ...node, name })),
  );
  return xmlNode('w:XmlFragment', { 'xmlns:xsi': XSI, 'xmlns:cim': CIM_COMMON }, members);
}

function endpointReferenceNode(path: InstancePath, { dialect }: WritePageOptions): XmlNode {
  return xmlNode('a:EndpointReference', {}, ...referenceContent(path, dialect));
}
