import { encodeCimXml } from '../../cim/cim-xml.js';
import { type CimInstance, classOf, createInstance, isCimInstance, typesOf } from '../../cim/instance.js';
import type { CimScalar, CimValue } from '../../cim/types.js';
import { UsageError } from '../../errors.js';
import { loadSchema } from '../../schema/class-info.js';

/**
 * The CIM-XML text of an instance, typed by the schema where it knows the class. An instance inside it becomes the text of
 * a plain string: such properties of Hyper-V are marked HyperVEmbeddedInstance, which WMI does not take for an embedded
 * instance, so that the text has no EmbeddedObject.
 *
 * @throws UsageError - a property that the class does not have, or a value that is not of its type
 */
export async function instanceText(instance: CimInstance): Promise<string> {
  const { classInfo, typeOf } = await loadSchema();
  const className = classOf(instance);
  const info = classInfo(className);
  const unknown = Object.keys(instance).find((name) => info !== null && !name.startsWith('__') && !info.properties.has(name));
  if (unknown !== undefined) throw new UsageError(`${className} has no property ${unknown}`);
  const properties = await Promise.all(Object.entries(instance).map(async ([name, value]) => [name, await withTexts(value)] as const));
  return encodeCimXml(createInstance({ className, properties, types: typesOf(instance) }), {
    typeOf: (owner, member) => {
      const type = typeOf(owner, member);
      return type === null ? null : { type: type.type, array: type.array };
    },
  });
}

async function withTexts(value: CimValue): Promise<CimValue> {
  const textOf = async (item: CimScalar | null): Promise<CimScalar | null> => (isCimInstance(item) ? instanceText(item) : item);
  return Array.isArray(value) ? Promise.all((value as readonly (CimScalar | null)[]).map(textOf)) : textOf(value as CimScalar | null);
}
