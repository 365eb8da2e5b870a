import { type CatalogueEntry, hresults } from './entry.js';

const com = hresults({ layer: 'unknown', retry: 'afterFix', source: 'MS-ERREF 2.1.1' });
const certificate = hresults({ layer: 'authentication', retry: 'afterFix', source: 'MS-ERREF 2.1.1' });

const REASON: readonly string[] = ['Look for the reason in the other messages and in the log Hyper-V-VMMS-Admin of both hosts.'];
const AGAIN: readonly string[] = ['See that the service runs on the host, then try again.'];
const REQUEST: readonly string[] = ['Check what was asked for against the reference of the method, and the release of the host.'];
const CERTIFICATE: readonly string[] = ['Check the certificate of the host: its dates, its names, the authorities above it.'];
const REVOCATION: readonly string[] = ['See that the host reaches the list of revoked certificates (CRL, OCSP) that the certificate names.'];

/** HRESULTs that any component returns, and those of RPC and COM. */
const GENERAL: readonly CatalogueEntry[] = [
  com(0x80004001, 'E_NOTIMPL', 'It is not implemented there.', REQUEST, { retry: 'no' }),
  com(0x80004002, 'E_NOINTERFACE', 'An interface is not supported: often releases that do not fit each other.', ['Compare the releases and updates of both hosts.']),
  com(0x80004003, 'E_POINTER', 'A pointer in the host\'s own software is not valid.', REASON, { generic: true }),
  com(0x80004004, 'E_ABORT', 'The operation was given up.', ['Look whether somebody cancelled it.'], { generic: true }),
  com(0x80004005, 'E_FAIL', 'It failed; no reason is given.', REASON, { generic: true }),
  com(0x8000ffff, 'E_UNEXPECTED', 'It failed in a way that was not foreseen; no reason is given.', REASON, { generic: true }),
  com(0x80010001, 'RPC_E_CALL_REJECTED', 'The other side refused the call.', AGAIN, { retry: 'later' }),
  com(0x80010108, 'RPC_E_DISCONNECTED', 'The object of the call has gone: its process ended.', AGAIN, { retry: 'later', layer: 'VMMS' }),
  com(0x8001011f, 'RPC_E_TIMEOUT', 'The call was not answered in time.', AGAIN, { retry: 'later' }),
  com(0x80040154, 'REGDB_E_CLASSNOTREG', 'A class is not registered on that host.', ['Repair or reinstall the component, for example the role Hyper-V.'], { layer: 'VMMS' }),
  com(0x80080005, 'CO_E_SERVER_EXEC_FAILURE', 'A server process could not be started.', ['Look into the System log of the host, source DistributedCOM.'], { layer: 'VMMS', retry: 'later' }),
];

/** HRESULTs of certificates. */
const CERTIFICATES: readonly CatalogueEntry[] = [
  certificate(0x80092012, 'CRYPT_E_NO_REVOCATION_CHECK', 'It could not be checked whether the certificate is revoked.', REVOCATION),
  certificate(0x80092013, 'CRYPT_E_REVOCATION_OFFLINE', 'The server that knows the revoked certificates was not reached.', REVOCATION, { retry: 'later' }),
  certificate(0x800b0100, 'TRUST_E_NOSIGNATURE', 'There is no signature.', CERTIFICATE),
  certificate(0x800b0101, 'CERT_E_EXPIRED', 'A certificate in the chain has expired, or is not valid yet.', CERTIFICATE),
  certificate(0x800b0109, 'CERT_E_UNTRUSTEDROOT', 'The certificate chain ends at a root that is not trusted.', CERTIFICATE),
  certificate(0x800b010a, 'CERT_E_CHAINING', 'No chain to a trusted root could be built.', CERTIFICATE),
  certificate(0x800b010c, 'CERT_E_REVOKED', 'The certificate was revoked.', ['Give the host a new certificate.']),
  certificate(0x800b010e, 'CERT_E_REVOCATION_FAILURE', 'Whether the certificate is revoked could not be found out.', REVOCATION, { retry: 'later' }),
  certificate(0x800b010f, 'CERT_E_CN_NO_MATCH', 'The certificate names another host.', CERTIFICATE),
  certificate(0x800b0110, 'CERT_E_WRONG_USAGE', 'The certificate is not for this use.', CERTIFICATE),
];

/** HRESULTs that belong to no part of Hyper-V: COM, RPC, certificates. */
export const COM: readonly CatalogueEntry[] = [...GENERAL, ...CERTIFICATES];
