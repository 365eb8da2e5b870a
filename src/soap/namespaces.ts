/** Every namespace URI on the wire, once. Prefixes in comments are those Windows itself writes. */

/** SOAP 1.2 (`s`). */
export const SOAP = 'http://www.w3.org/2003/05/soap-envelope';
/** WS-Addressing of August 2004, the version DSP0226 §5 asks for (`a`). */
export const ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
/** The address that means "answer on this connection" (DSP0226 §5.4.2). */
export const ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';
/** WS-Transfer (`x`). */
export const TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer';
/** WS-Management, DSP0226 (`w`). */
export const WSMAN = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd';
/** Identify, DSP0226 §11 (`wsmid`). */
export const IDENTITY = 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd';
/** Microsoft's extensions, MS-WSMV 2.2.4 (`p`). */
export const MICROSOFT = 'http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd';
/** WSManFault, MS-WSMV 2.2.4.43 (`f`). */
export const WSMAN_FAULT = 'http://schemas.microsoft.com/wbem/wsman/1/wsmanfault';
/** WS-CIM common types, DSP0230 (`cim`). */
export const CIM_COMMON = 'http://schemas.dmtf.org/wbem/wscim/1/common';
/** XML Schema instance: `xsi:nil`, `xsi:type`. */
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
/** The namespace of `xml:lang`, bound to the prefix `xml` everywhere (Namespaces in XML 1.0 §3). */
export const XML = 'http://www.w3.org/XML/1998/namespace';
/** The schema of CIM classes as DMTF names it, used for WMI's own status classes too (DSP0230 §7). */
export const CIM_SCHEMA = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2';
/** WS-Enumeration of September 2004, the version DSP0226 §8 asks for (`n`). */
export const ENUMERATION = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
/** WS-Eventing of August 2004, the version DSP0226 §10 asks for (`e`). */
export const EVENTING = 'http://schemas.xmlsoap.org/ws/2004/08/eventing';
/** The CIM binding of WS-Management, DSP0227: association filters, PolymorphismMode (`b`). */
export const CIM_BINDING = 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd';
/** Remote shells, MS-WSMV 2.2.4.37 (`rsp`). */
export const SHELL = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';
/** The service's own configuration, MS-WSMV 2.2.4.10 (`cfg`). */
export const CONFIG = 'http://schemas.microsoft.com/wbem/wsman/1/config';
