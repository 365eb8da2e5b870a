/** CIM-XML, the text of instances (DSP0201), in one place for those who use it. */
export { type CimTypeOf, type DecodeOptions, decodeCimXml, readInstance } from './cim-xml-decode.js';
export { type EncodeOptions, encodeCimXml } from './cim-xml-encode.js';
