import { type CimTypeOf, readInstance } from '../../cim/cim-xml.js';
import { readContent } from '../../cim/cim-xml-cursor.js';
import { PATH_ELEMENTS, readPath } from '../../cim/cim-xml-path.js';
import { type CimInstance, classOf, createInstance, typesOf } from '../../cim/instance.js';
import type { InstancePath } from '../../cim/object-path.js';
import { type XmlCursor, openXml } from '../../xml/parse.js';

/**
 * All instances of a CIM-XML text, in order: one INSTANCE, or any elements around several (CIM, DECLGROUP, VALUE.OBJECT,
 * VALUE.NAMEDINSTANCE, DSP0201). A path that stands beside an instance becomes its path.
 *
 * @param typeOf - asked which strings hold the text of an instance, as `decodeCimXml` does
 * @throws ProtocolError - not well-formed, or an instance or path in it is not valid
 * @throws LimitError - beyond the limits of the XML reader
 */
export function readInstances(text: string | Uint8Array, typeOf: CimTypeOf = () => null): readonly CimInstance[] {
  const instances: CimInstance[] = [];
  collect(openXml(text), typeOf, instances);
  return instances;
}

function collect(cursor: XmlCursor, typeOf: CimTypeOf, instances: CimInstance[]): void {
  if (cursor.name === 'INSTANCE') {
    instances.push(readInstance(cursor, { typeOf }));
    return;
  }
  const paths: InstancePath[] = [];
  const first = instances.length;
  readContent(cursor, (name) => {
    if (PATH_ELEMENTS.has(name)) paths.push(readPath(cursor));
    else collect(cursor, typeOf, instances);
  });
  const [instance, path] = [instances[first], paths[0]];
  if (instance !== undefined && path !== undefined && instances.length === first + 1) instances[first] = withPath(instance, path);
}

function withPath(instance: CimInstance, path: InstancePath): CimInstance {
  return createInstance({ className: classOf(instance), properties: instance, types: typesOf(instance), path });
}
