/** What MIT Kerberos said on loopback, with the keys of the throwaway realm: fixtures/kerberos/. */
import { readFileSync } from 'node:fs';
import type { EncryptionKey } from '../../../src/auth/kerberos/credential.js';
import { fromHex } from '../../../src/bytes.js';
import { fixture } from '../../fixture.js';

type Message = 'asReq' | 'preauthRequired' | 'asReqWithTimestamp' | 'asRep' | 'tgsReq' | 'tgsRep' | 'serviceUnknown' | 'clientUnknown' | 'apReqToken' | 'apRepToken';
type Exchange = { readonly keys: Readonly<Record<string, string>>; readonly messages: Readonly<Record<Message, string>> };

const exchange = JSON.parse(fixture('kerberos/exchange.json')) as Exchange;

export const REALM = 'HYPERV.EXAMPLE';
export const ANNA = 'anna@HYPERV.EXAMPLE';
export const KRBTGT = 'krbtgt/HYPERV.EXAMPLE@HYPERV.EXAMPLE';
export const SERVICE = 'HTTP/hv01.hyperv.example@HYPERV.EXAMPLE';

/** When the exchange took place, and until when its tickets last, as klist prints it. */
export const AUTH_TIME = new Date('2026-11-22T14:42:34Z');
export const END_TIME = new Date('2026-11-23T00:42:34Z');
export const RENEW_TILL = new Date('2026-11-29T14:42:34Z');

/** Of an exchange of kinit and kvno with krb5kdc; the tokens are of a GSS-API context with delegation. */
export function recorded(message: Message): Uint8Array {
  return fromHex(exchange.messages[message]);
}

/** The aes256-cts-hmac-sha1-96 key of a principal. */
export function keyOf(principal: string): EncryptionKey {
  return { etype: 18, value: fromHex(exchange.keys[principal]!) };
}

/** A file under fixtures/kerberos/. */
export function recordedFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../../fixtures/kerberos/${name}`, import.meta.url)));
}
