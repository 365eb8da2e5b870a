import { decodeCimXml } from '../../cim/cim-xml.js';
import { type CimInstance, isCimInstance } from '../../cim/instance.js';
import type { CimValue } from '../../cim/types.js';
import { ProtocolError } from '../../errors.js';

/** The instance inside a value that was read untyped: it came as elements, or as CIM-XML text; `null` for anything else. */
export function embeddedInstance(sent: CimValue): CimInstance | null {
  if (isCimInstance(sent)) return sent;
  if (typeof sent !== 'string') return null;
  try {
    return decodeCimXml(sent);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
