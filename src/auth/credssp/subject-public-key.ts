import { contentsOf, readBitString, readElement, readElements } from '../der/read.js';
import { TAG, contextTag } from '../der/tag.js';

/**
 * The SubjectPublicKey that CredSSP binds to (MS-CSSP 3.1.5): the octets of the BIT STRING in the SubjectPublicKeyInfo of a
 * certificate (RFC 5280 §4.1), without the one that counts unused bits. For RSA they are the RSAPublicKey of PKCS #1.
 *
 * @param certificate - in DER, as the server showed it
 * @throws ProtocolError - the bytes are not the DER of a certificate
 */
export function subjectPublicKey(certificate: Uint8Array): Uint8Array {
  const [tbsCertificate] = readElements(readElement(certificate, TAG.sequence));
  const fields = readElements(contentsOf(tbsCertificate, TAG.sequence));
  // version [0] is there from X.509 v2 on; then serialNumber, signature, issuer, validity, subject.
  const info = fields[fields[0]?.tag === contextTag(0) ? 6 : 5];
  const [, publicKey] = readElements(contentsOf(info, TAG.sequence));
  return readBitString(contentsOf(publicKey, TAG.bitString));
}
