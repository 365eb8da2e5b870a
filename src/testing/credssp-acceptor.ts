/** The host's side of CredSSP (MS-CSSP 3.1.5), for the simulated host and for tests. */
import { X509Certificate } from 'node:crypto';
import { TLSSocket, createSecureContext } from 'node:tls';
import { type InnerContext, openField, sealField } from '../auth/credssp/credssp-initiator.js';
import { isHashed, NONCE_LENGTH, pubKeyAuth } from '../auth/credssp/pub-key-auth.js';
import { subjectPublicKey } from '../auth/credssp/subject-public-key.js';
import { decodeTsCredentials, type TsPasswordCreds } from '../auth/credssp/ts-credentials.js';
import { decodeTsRequest, encodeTsRequest, type TsRequest } from '../auth/credssp/ts-request.js';
import type { Mechanism, SealedMessage } from '../auth/security-context.js';
import { concat, equalConstantTime } from '../bytes.js';
import { AuthError, ProtocolError } from '../errors.js';
import type { CredsspContext } from '../transport/credssp-context.js';
import { CredsspTls } from '../transport/credssp-tls.js';

/** What {@link createCredsspAcceptor} needs. */
export type CredsspAcceptorOptions = {
  /** The host's side of the handshake inside. */
  readonly inner: InnerContext;
  /** The certificate of the TLS inside and its private key, in PEM. */
  readonly certificate: string;
  readonly key: string;
  /** The version it speaks, 2 to 6; 6 unless told. */
  readonly version?: number;
  /** The lowest version it takes of a client; 5 unless told, as Windows has it since CVE-2018-0886. */
  readonly lowestVersion?: number;
};

/** The host's side of one connection. */
export interface CredsspAcceptor extends CredsspContext {
  /** What the client has handed over; `null` before that. */
  readonly delegated: TsPasswordCreds | null;
}

const STATUS_LOGON_FAILURE = 0xc000_006d;
const STATUS_NOT_SUPPORTED = 0xc000_00bb;

/** The versions that know errorCode (MS-CSSP 2.2.1). */
const TELL_ERRORS: readonly number[] = [3, 4, 6];

/**
 * The acceptor of one CredSSP handshake. A client whose version is too low or that the inner handshake refuses is told with an
 * errorCode, where its version knows that, and the next `step` fails; `complete` stays false.
 */
export function createCredsspAcceptor(options: CredsspAcceptorOptions): CredsspAcceptor {
  return new Acceptor(options);
}

class Acceptor implements CredsspAcceptor {
  readonly #inner: InnerContext;
  readonly #tls: CredsspTls;
  readonly #version: number;
  readonly #lowestVersion: number;
  readonly #publicKey: Uint8Array;
  #state: 'negotiating' | 'bound' | 'complete' | 'failed' = 'negotiating';
  #delegated: TsPasswordCreds | null = null;

  constructor({ inner, certificate, key, version = 6, lowestVersion = 5 }: CredsspAcceptorOptions) {
    this.#inner = inner;
    this.#version = version;
    this.#lowestVersion = lowestVersion;
    this.#publicKey = subjectPublicKey(new Uint8Array(new X509Certificate(certificate).raw));
    const secureContext = createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
    this.#tls = new CredsspTls('secure', (wire) => new TLSSocket(wire, { isServer: true, secureContext }));
  }

  get complete(): boolean {
    return this.#state === 'complete';
  }

  get mechanism(): Mechanism | null {
    return this.#inner.mechanism;
  }

  get notes(): readonly string[] {
    return this.#inner.notes;
  }

  get delegated(): TsPasswordCreds | null {
    return this.#delegated;
  }

  async step(token: Uint8Array | null): Promise<Uint8Array | null> {
    try {
      if (token === null) throw new ProtocolError('The client sent no CredSSP token');
      const { records, plaintext } = await this.#tls.receive(token);
      if (plaintext.length === 0) {
        if (records.length === 0) throw new ProtocolError('The client\'s token holds neither a flight of the TLS handshake nor a TSRequest');
        return records;
      }
      const answer = await this.#converse(plaintext);
      return answer === null ? null : concat(records, await this.#tls.send(answer));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async wrap(message: Uint8Array): Promise<SealedMessage> {
    return this.#tls.seal(message);
  }

  async unwrap({ signature, data }: SealedMessage): Promise<Uint8Array> {
    const { plaintext } = await this.#tls.receive(concat(signature, data));
    return plaintext;
  }

  close(): void {
    this.#tls.close();
  }

  async #converse(bytes: Uint8Array): Promise<Uint8Array | null> {
    const state = this.#state;
    this.#state = 'failed';
    const request = decodeTsRequest(bytes);
    const version = Math.min(request.version, this.#version);
    if (version < this.#lowestVersion) {
      return this.#refuse(version, STATUS_NOT_SUPPORTED, new AuthError(`The client speaks CredSSP version ${request.version}; ${this.#lowestVersion} is the lowest taken`));
    }
    if (state === 'bound') return this.#accept(request);
    if (state !== 'negotiating') throw new ProtocolError(`The client sent one more TSRequest (${state})`);
    let negoToken: Uint8Array | null;
    try {
      negoToken = request.negoToken === null ? null : await this.#inner.step(request.negoToken);
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      return this.#refuse(version, STATUS_LOGON_FAILURE, error);
    }
    if (request.pubKeyAuth !== null) return this.#bind(request, version, negoToken);
    if (negoToken === null) throw new ProtocolError('The client\'s last token came without pubKeyAuth (MS-CSSP 3.1.5)');
    this.#state = 'negotiating';
    return encodeTsRequest({ version: this.#version, negoToken });
  }

  #refuse(version: number, errorCode: number, error: AuthError): Uint8Array {
    if (!TELL_ERRORS.includes(version)) throw error;
    return encodeTsRequest({ version: this.#version, errorCode });
  }

  async #bind({ pubKeyAuth: sealed, clientNonce }: TsRequest, version: number, negoToken: Uint8Array | null): Promise<Uint8Array> {
    if (isHashed(version) && clientNonce?.length !== NONCE_LENGTH) throw new ProtocolError(`The client sent no nonce of ${NONCE_LENGTH} bytes`);
    const nonce = clientNonce ?? new Uint8Array();
    const proof = await openField(this.#inner, sealed!);
    if (!equalConstantTime(proof, pubKeyAuth('client', version, this.#publicKey, nonce))) throw new ProtocolError('The client sees another certificate than ours');
    this.#state = 'bound';
    const answer = await sealField(this.#inner, pubKeyAuth('server', version, this.#publicKey, nonce));
    return encodeTsRequest({ version: this.#version, negoToken, pubKeyAuth: answer });
  }

  async #accept({ authInfo }: TsRequest): Promise<null> {
    if (authInfo === null) throw new ProtocolError('The client sent no authInfo');
    this.#delegated = decodeTsCredentials(await openField(this.#inner, authInfo));
    this.#state = 'complete';
    return null;
  }
}
