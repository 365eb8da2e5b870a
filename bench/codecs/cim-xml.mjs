// CIM-XML of an Msvm_Error both ways, beside JSON of the same.
import { toJson } from 'hyperv-wsman';
import { decodeCimXml, encodeCimXml } from '../../dist/cim/cim-xml.js';
import { toMsvmError } from '../../dist/hyperv/error.js';
import { MSVM_ERROR } from '../server/get-error.mjs';

/** As in envelopes.mjs. */
export const CODECS = {
  'Msvm_Error from CIM-XML, decode': {
    calls: 2000,
    yardstickName: 'JSON.parse of the same',
    make() {
      const json = JSON.stringify(toJson(decodeCimXml(MSVM_ERROR)));
      return { operation: { operation: () => toMsvmError(MSVM_ERROR) }, yardstick: { operation: () => JSON.parse(json) } };
    },
  },
  'Msvm_Error to CIM-XML, encode': {
    calls: 2000,
    yardstickName: 'JSON.stringify of the same',
    make() {
      const instance = decodeCimXml(MSVM_ERROR);
      const object = toJson(instance);
      return { operation: { operation: () => encodeCimXml(instance) }, yardstick: { operation: () => JSON.stringify(object) } };
    },
  },
};
