import { UsageError } from '../../errors.js';
import type { MechanismContext } from '../security-context.js';

/**
 * Our mechListMIC, from a context that is complete.
 *
 * @returns `null` when signing was not negotiated: then there is no mechListMIC either way (RFC 4178 §5)
 */
export function signMechList(context: MechanismContext, mechTypeList: Uint8Array): Uint8Array | null {
  try {
    return context.signMechList(mechTypeList);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}
