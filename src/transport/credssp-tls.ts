/** TLS without a socket: its records travel in HTTP headers and bodies (MS-WSMV 2.2.9.1.3). */
import { constants } from 'node:crypto';
import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TLSSocket, connect } from 'node:tls';
import type { SealedMessage } from '../auth/security-context.js';
import { concatAll, dataView } from '../bytes.js';
import { ProtocolError, TlsError, UsageError } from '../errors.js';
import { CREDSSP_PORTION } from './sealing.js';
import { nameToCheck } from './tls.js';
import { reasonOf } from './tls-failure.js';

/** How the client's side checks the inner certificate. */
export type CredsspTlsOptions = {
  /** The host's name or address, for SNI and for the check. */
  readonly servername: string;
  /**
   * Whether the certificate must be issued by a known authority, for this name. A host's own for CredSSP is self-signed unless an
   * administrator changed it; pubKeyAuth shows whose it is.
   */
  readonly verifyCertificate: boolean;
  /** The authorities in PEM in the place of Node's. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** The one version spoken: TLS 1.2 unless told. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
};

/** What TLS made of the peer's records. */
export type Received = {
  /** What it answers by itself: the next flight of the handshake; empty when there is nothing to say. */
  readonly records: Uint8Array;
  /** What the records held for the application. */
  readonly plaintext: Uint8Array;
};

const RECORD_HEADER = 5;
const APPLICATION_DATA = 23;

/**
 * The client's side; its ClientHello is what the first `receive(null)` gives. It does not renegotiate: the certificate that CredSSP binds
 * to stays the one of the session.
 */
export function connectCredsspTls({ servername, verifyCertificate, ca, minVersion = 'TLSv1.2' }: CredsspTlsOptions): CredsspTls {
  return new CredsspTls('secureConnect', (wire) => connect({
    socket: wire,
    ...nameToCheck(servername),
    minVersion,
    maxVersion: minVersion,
    rejectUnauthorized: verifyCertificate,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(ca === undefined ? {} : { ca: ca as string | Buffer | (string | Buffer)[] }),
  }));
}

/**
 * One side of a TLS connection whose records the caller carries. It holds no socket and no timer. Not for two uses at a time.
 *
 * After a failure, an alert or the peer's end every call throws.
 */
export class CredsspTls {
  readonly #wire = new Wire();
  readonly #tls: TLSSocket;
  #plaintext: Uint8Array[] = [];
  #secure = false;
  #failure: Error | null = null;

  /**
   * @param secureEvent - the event that tells the end of the handshake: `secureConnect` for a client, `secure` for a server
   * @param start - starts TLS over the stream it is given
   */
  constructor(secureEvent: 'secureConnect' | 'secure', start: (wire: Duplex) => TLSSocket) {
    this.#tls = start(this.#wire);
    this.#tls
      .on(secureEvent, () => { this.#secure = true; })
      .on('data', (chunk: Buffer) => { this.#plaintext.push(new Uint8Array(chunk)); })
      .on('error', (error: Error) => { this.#failure ??= this.#failureOf(error); })
      .on('end', () => { this.#failure ??= new ProtocolError('The host ended the TLS session of CredSSP'); });
  }

  /** Whether the handshake is over and the certificate checked. */
  get secure(): boolean {
    return this.#secure;
  }

  /** The peer's own certificate in DER; `null` when it has shown none. */
  get peerCertificate(): Uint8Array | null {
    const certificate = this.#tls.getPeerX509Certificate();
    return certificate === undefined ? null : new Uint8Array(certificate.raw);
  }

  /**
   * Gives TLS the peer's records.
   *
   * @param records - `null` to start as a client
   * @throws TlsError - the handshake failed
   * @throws ProtocolError - after the handshake: a record that does not verify, an alert, the peer's end
   */
  async receive(records: Uint8Array | null): Promise<Received> {
    this.#throwFailure();
    if (records !== null) this.#wire.push(records);
    await this.#settled();
    this.#throwFailure();
    const plaintext = concatAll(this.#plaintext);
    this.#plaintext = [];
    return { records: this.#wire.takeWritten(), plaintext };
  }

  /** Encrypts a message of any length into as many records as it takes. */
  async send(message: Uint8Array): Promise<Uint8Array> {
    this.#throwFailure();
    // Node calls back once the last encrypted byte has gone into the stream.
    const error = await new Promise<Error | null | undefined>((resolve) => this.#tls.write(message, resolve));
    if (error) throw this.#failure ?? this.#failureOf(error);
    return this.#wire.takeWritten();
  }

  /**
   * Encrypts a message into one record and cuts it as CredSSP does (MS-WSMV 2.2.9.1.3): the length of the signature is that of the
   * record's trailer, the padding and the MAC or tag, while the bytes stay in the order of the record.
   *
   * @throws UsageError - the message is empty, or longer than the 16 KiB of one record
   */
  async seal(message: Uint8Array): Promise<SealedMessage> {
    if (message.length === 0 || message.length > CREDSSP_PORTION) {
      throw new UsageError(`CredSSP seals 1 to ${CREDSSP_PORTION} bytes at a time, not ${message.length}`);
    }
    const record = await this.send(message);
    if (record[0] !== APPLICATION_DATA || dataView(record).getUint16(3) !== record.length - RECORD_HEADER) {
      throw new ProtocolError('TLS had something of its own to say among the sealed messages of CredSSP');
    }
    const trailer = record.length - RECORD_HEADER - explicitNonceLength(this.#tls.getCipher().standardName) - message.length;
    return { signature: record.subarray(0, trailer), data: record.subarray(trailer) };
  }

  /** Ends TLS at once, without an alert. */
  close(): void {
    this.#failure ??= new ProtocolError('The TLS session of CredSSP was closed');
    this.#tls.destroy();
    this.#wire.destroy();
  }

  /**
   * Waits until TLS has done all it can with what it has. It works as it is fed, in the same turn of the event loop or on the next
   * tick, with one exception: what it writes while a write is not acknowledged waits for that, and Node acknowledges in the
   * check phase of the turn. So two turns without a write mean that there is none to come.
   */
  async #settled(): Promise<void> {
    let before: number;
    do {
      before = this.#wire.writes;
      await nextTurn();
      await nextTurn();
    } while (this.#wire.writes !== before);
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  #failureOf(error: Error): Error {
    const reason = reasonOf(error.message);
    return this.#secure
      ? new ProtocolError(`The TLS session of CredSSP broke: ${reason}`, { cause: error })
      : new TlsError(`The TLS handshake of CredSSP failed: ${reason}`, { cause: error });
  }
}

/** The stream that TLS believes to be its connection. */
class Wire extends Duplex {
  writes = 0;
  #written: Uint8Array[] = [];

  /** What TLS has written since the last call. */
  takeWritten(): Uint8Array {
    const written = concatAll(this.#written);
    this.#written = [];
    return written;
  }

  override _read(): void {
    // What there is to read is pushed.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes += 1;
    this.#written.push(new Uint8Array(chunk));
    done();
  }
}

/** How many bytes of a nonce or IV stand before the ciphertext in each record; the cipher is named as IANA names it. */
function explicitNonceLength(cipher: string): number {
  if (cipher.includes('_CBC_')) return cipher.includes('_3DES_') ? 8 : 16; // RFC 5246 §6.2.3.2
  const isTls12 = cipher.includes('_WITH_');
  return isTls12 && /_[GC]CM/.test(cipher) ? 8 : 0; // RFC 5288 §3, RFC 6655 §3; else ChaCha20 (RFC 7905 §2) or TLS 1.3 (RFC 8446 §5.3)
}
