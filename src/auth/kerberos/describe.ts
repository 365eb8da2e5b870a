/** A token of the Kerberos handshake for people: what is readable without a key, and of ciphertexts the length alone. */
import { ProtocolError } from '../../errors.js';
import { type MechanismDescription, describeMechanism } from '../mechanism-name.js';
import type { EtypeName } from './crypto/etype.js';
import { etypeOf, isSupportedEtype } from './crypto/etypes.js';
import { TOK_ID, readToken } from './gss-token.js';
import { decodeApRep } from './messages/ap-rep.js';
import { decodeApReq } from './messages/ap-req.js';
import type { EncryptedData } from './messages/encrypted-data.js';
import { decodeKrbError } from './messages/krb-error.js';
import { decodeTicket } from './messages/ticket.js';
import { formatName } from './principal.js';

/** EncryptedData: which key it is for, and how long it is. */
export type EncryptedDataDescription = {
  readonly etype: EtypeName | `etype ${number}`;
  /** The version of a long-term key; `null` for a session key. */
  readonly kvno: number | null;
  readonly cipher: { readonly bytes: number };
};

/** What {@link describeKerberosToken} gives: plain data, ready for JSON. Names are written as klist does. */
export type KerberosTokenDescription =
  | {
      readonly message: 'AP-REQ';
      readonly thisMech: MechanismDescription;
      readonly mutualRequired: boolean;
      readonly ticket: { readonly realm: string; readonly sname: string; readonly encPart: EncryptedDataDescription };
      readonly authenticator: EncryptedDataDescription;
    }
  | {
      readonly message: 'AP-REP';
      readonly thisMech: MechanismDescription;
      readonly encPart: EncryptedDataDescription;
    }
  | {
      readonly message: 'KRB-ERROR';
      readonly thisMech: MechanismDescription;
      readonly errorCode: number;
      /** The name of the code in RFC 4120 §7.5.9; `error 123` for one that has none. */
      readonly errorName: string;
      /** The host's time, to the second, as an ISO date; `susec` are the microseconds after it. */
      readonly stime: string;
      readonly susec: number;
      readonly realm: string;
      readonly sname: string;
      readonly crealm: string | null;
      readonly cname: string | null;
      /** Untrusted: whoever sent the token chose the text. */
      readonly eText: string | null;
      readonly eData: { readonly bytes: number } | null;
    };

/**
 * The fields of a token of the Kerberos handshake (RFC 4121 §4.1). Nothing is decrypted.
 *
 * @throws ProtocolError - it is none, or a broken one
 *
 * @example
 * ```ts
 * import { describeKerberosToken } from './describe.js';
 * declare const header: string;
 * const description = describeKerberosToken(Buffer.from(header.slice('Kerberos '.length), 'base64'));
 * if (description.message === 'KRB-ERROR') console.log(description.errorName);
 * ```
 */
export function describeKerberosToken(token: Uint8Array): KerberosTokenDescription {
  const { oid, tokId, message } = readToken(token);
  const thisMech = describeMechanism(oid);
  switch (tokId) {
    case TOK_ID.apReq:
      return describeApReq(thisMech, message);
    case TOK_ID.apRep:
      return { message: 'AP-REP', thisMech, encPart: describeEncryptedData(decodeApRep(message)) };
    case TOK_ID.krbError:
      return describeKrbError(thisMech, message);
    default:
      throw new ProtocolError(`The TOK_ID 0x${tokId.toString(16).padStart(4, '0')} is none of the Kerberos handshake (RFC 4121 §4.1)`);
  }
}

function describeApReq(thisMech: MechanismDescription, message: Uint8Array): KerberosTokenDescription {
  const { mutualRequired, ticket, authenticator } = decodeApReq(message);
  const { realm, sname, encPart } = decodeTicket(ticket);
  return {
    message: 'AP-REQ',
    thisMech,
    mutualRequired,
    ticket: { realm, sname: formatName(sname), encPart: describeEncryptedData(encPart) },
    authenticator: describeEncryptedData(authenticator),
  };
}

function describeKrbError(thisMech: MechanismDescription, message: Uint8Array): KerberosTokenDescription {
  const { code, name, stime, susec, realm, sname, crealm, cname, eText, eData } = decodeKrbError(message);
  return {
    message: 'KRB-ERROR',
    thisMech,
    errorCode: code,
    errorName: name,
    stime: stime.toISOString(),
    susec,
    realm,
    sname: formatName(sname),
    crealm,
    cname: cname === null ? null : formatName(cname),
    eText,
    eData: eData === null ? null : { bytes: eData.length },
  };
}

function describeEncryptedData({ etype, kvno, cipher }: EncryptedData): EncryptedDataDescription {
  return { etype: isSupportedEtype(etype) ? etypeOf(etype).name : `etype ${etype}`, kvno, cipher: { bytes: cipher.length } };
}
