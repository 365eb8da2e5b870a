import { X509Certificate } from 'node:crypto';
import { equalConstantTime } from '../bytes.js';
import { UsageError } from '../errors.js';
import { accountName, checkUsers } from './user-store.js';

/** A client certificate and the account it logs on, as an entry of WinRM's certificate mapping (MS-WSMV 2.2.4.3). */
export type CertificateMapping = {
  /** The client's own certificate in PEM; who signed it does not matter here. */
  readonly certificate: string;
  /** The bare name, without a domain. */
  readonly username: string;
  /** Its domain; without one it is an account of the host itself, the only kind that Windows takes. */
  readonly domain?: string;
};

/** @throws UsageError - an entry without a certificate or without a bare user name */
export function checkMappings(mappings: readonly CertificateMapping[]): void {
  for (const { certificate, username } of mappings) {
    checkUsers([{ username, password: '' }]);
    derOf(certificate);
  }
}

/** The account of the certificate that a client showed: `DOMAIN\user`, `null` when there is none. */
export function mappedAccount(mappings: readonly CertificateMapping[], shown: Uint8Array | null, computerName: string): string | null {
  if (shown === null) return null;
  const mapping = mappings.find(({ certificate }) => equalConstantTime(derOf(certificate), shown));
  return mapping === undefined ? null : accountName({ domain: computerName, ...mapping, password: '' });
}

function derOf(pem: string): Uint8Array {
  try {
    return new Uint8Array(new X509Certificate(pem).raw);
  } catch {
    throw new UsageError('clientCertificates: each needs a certificate in PEM; createCertificate makes one');
  }
}
