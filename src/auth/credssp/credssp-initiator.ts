/** The client's side of CredSSP inside TLS (MS-CSSP 3.1.5, steps 2 to 5). */
import { concat, equalConstantTime } from '../../bytes.js';
import { AuthError, ProtocolError, UsageError } from '../../errors.js';
import type { SecurityContext } from '../security-context.js';
import { describeNtStatus } from '../nt-status.js';
import { isHashed, NONCE_LENGTH, pubKeyAuth } from './pub-key-auth.js';
import { encodeTsCredentials, type TsPasswordCreds } from './ts-credentials.js';
import { decodeTsRequest, encodeTsRequest, type TsRequest } from './ts-request.js';

/** The inner handshake: SPNEGO or a mechanism alone. */
export interface InnerContext extends SecurityContext {
  /**
   * Whether it can seal already, GSS-API's prot_ready_state (RFC 2743 §1.2.7). SPNEGO with NTLM can before it is complete, and CredSSP
   * makes use of it: the last token goes together with what is sealed. A context without this property can when it is complete.
   */
  readonly protReady?: boolean;
}

/** What {@link CredsspInitiator} needs. */
export type CredsspInitiatorOptions = {
  readonly inner: InnerContext;
  /** What the host gets, in the end, to log on elsewhere with. */
  readonly credentials: TsPasswordCreds;
  /** Whether credentials may go to a host that only NTLM has authenticated: NTLM does not prove who the host is. */
  readonly allowNtlm: boolean;
  /** The versions taken; the highest is the one offered. */
  readonly versions: readonly number[];
  /** The key of the certificate that the host showed in the TLS handshake. */
  readonly subjectPublicKey: Uint8Array;
  /** Cryptographically strong random bytes. */
  readonly random: (length: number) => Uint8Array;
};

/** The versions that withstand CVE-2018-0886. */
export const SAFE_VERSIONS: readonly number[] = [5, 6];

const KNOWN_VERSIONS: readonly number[] = [2, 3, 4, ...SAFE_VERSIONS];

/** The signature of NTLM; Kerberos joins the parts, so that the place does not matter to it. */
const SIGNATURE_LENGTH = 16;

/** @throws UsageError - there is none, or one that MS-CSSP 2.2.1 does not know */
export function checkVersions(versions: readonly number[]): void {
  if (versions.length === 0 || !versions.every((version) => KNOWN_VERSIONS.includes(version))) {
    throw new UsageError(`The versions of CredSSP are some of ${KNOWN_VERSIONS.join(', ')}; not ${JSON.stringify(versions)}`);
  }
}

/** Seals for a field of a TSRequest: signature and data in one. */
export async function sealField(inner: InnerContext, plaintext: Uint8Array): Promise<Uint8Array> {
  const { signature, data } = await inner.wrap(plaintext);
  return concat(signature, data);
}

/**
 * Opens a field of a TSRequest.
 *
 * @throws ProtocolError - the signature does not verify
 */
export async function openField(inner: InnerContext, sealed: Uint8Array): Promise<Uint8Array> {
  return inner.unwrap({ signature: sealed.subarray(0, SIGNATURE_LENGTH), data: sealed.subarray(SIGNATURE_LENGTH) });
}

/**
 * One CredSSP conversation: the inner handshake, then the proof that both sides see the same certificate, and only when the host has
 * proved it too, the credentials. After a failure it is of no more use.
 */
export class CredsspInitiator {
  readonly #options: Omit<CredsspInitiatorOptions, 'credentials'>;
  #credentials: TsPasswordCreds | null;
  #state: 'new' | 'negotiating' | 'binding' | 'complete' | 'failed' = 'new';
  #hostVersion: number | null = null;
  #nonce: Uint8Array = new Uint8Array();

  /** @throws UsageError - see {@link checkVersions} */
  constructor({ credentials, ...options }: CredsspInitiatorOptions) {
    checkVersions(options.versions);
    this.#options = options;
    this.#credentials = credentials;
  }

  /** True once the credentials have been given out by `step`. */
  get complete(): boolean {
    return this.#state === 'complete';
  }

  /**
   * Takes the host's TSRequest and gives the next one.
   *
   * @param bytes - the host's; `null` for the first step
   * @throws AuthError - the host refused (its NTSTATUS is named), or its version or mechanism is not allowed
   * @throws ProtocolError - not what MS-CSSP 3.1.5 allows here, or the host did not prove that the certificate is its own
   */
  async step(bytes: Uint8Array | null): Promise<Uint8Array> {
    const state = this.#state;
    this.#state = 'failed';
    try {
      const request = bytes === null ? null : this.#read(bytes);
      if (state === 'new' && request === null) return await this.#negotiate(null);
      if (state === 'negotiating' && request !== null) return await this.#negotiate(request);
      if (state === 'binding' && request !== null) return await this.#release(request);
      throw new ProtocolError(`A TSRequest of the host is not expected in the CredSSP conversation (${state})`);
    } finally {
      if (this.#isOver()) this.#credentials = null;
    }
  }

  #isOver(): boolean {
    return this.#state === 'complete' || this.#state === 'failed';
  }

  #read(bytes: Uint8Array): TsRequest {
    const request = decodeTsRequest(bytes);
    if (request.errorCode !== null) {
      throw new AuthError(`The host refused CredSSP with ${describeNtStatus(request.errorCode)}`);
    }
    this.#hostVersion ??= request.version;
    if (request.version !== this.#hostVersion) {
      throw new ProtocolError(`The host changed its CredSSP version from ${this.#hostVersion} to ${request.version}`);
    }
    const { versions } = this.#options;
    if (!versions.includes(this.#version)) {
      const why = this.#version < SAFE_VERSIONS[0]! ? ' (CVE-2018-0886): update the host' : '';
      throw new AuthError(`The host speaks CredSSP version ${request.version}, which is not one of those allowed, ${versions.join(', ')}${why}`);
    }
    return request;
  }

  /** The lower one of the highest that each side speaks. */
  get #version(): number {
    return Math.min(this.#offered, this.#hostVersion ?? this.#offered);
  }

  get #offered(): number {
    return Math.max(...this.#options.versions);
  }

  async #negotiate(request: TsRequest | null): Promise<Uint8Array> {
    const { inner } = this.#options;
    if (request !== null && request.negoToken === null) throw new ProtocolError('The TSRequest of the host holds no token of the inner handshake');
    const negoToken = await inner.step(request === null ? null : request.negoToken);
    this.#checkMechanism();
    if (request !== null && this.#protReady) return this.#bind(negoToken);
    if (negoToken === null) throw new ProtocolError('The inner handshake of CredSSP has nothing to send and is not complete');
    this.#state = 'negotiating';
    return encodeTsRequest({ version: this.#offered, negoToken });
  }

  /** Step 3: the last token, if there is one, and the proof of the key go together. */
  async #bind(negoToken: Uint8Array | null): Promise<Uint8Array> {
    const { inner, random, subjectPublicKey } = this.#options;
    const hashed = isHashed(this.#version);
    if (hashed) this.#nonce = random(NONCE_LENGTH);
    const proof = await sealField(inner, pubKeyAuth('client', this.#version, subjectPublicKey, this.#nonce));
    this.#state = 'binding';
    return encodeTsRequest({ version: this.#offered, negoToken, pubKeyAuth: proof, clientNonce: hashed ? this.#nonce : null });
  }

  /**
   * Steps 4 and 5: the host's proof, then the credentials. The host may leave out the last token of SPNEGO, whose mechListMIC would
   * show that nobody touched the list of mechanisms: the proof shows that nobody stands between the ends of TLS, where it went.
   */
  async #release(request: TsRequest): Promise<Uint8Array> {
    const { inner, subjectPublicKey } = this.#options;
    if (!inner.complete && request.negoToken !== null) await inner.step(request.negoToken);
    if (request.pubKeyAuth === null) throw new ProtocolError('The host did not prove that the TLS certificate is its own: its TSRequest has no pubKeyAuth');
    const proof = await openField(inner, request.pubKeyAuth);
    if (!equalConstantTime(proof, pubKeyAuth('server', this.#version, subjectPublicKey, this.#nonce))) {
      throw new ProtocolError('The host did not prove that the TLS certificate is its own: somebody may stand in between. No credentials were sent');
    }
    if (inner.mechanism === null) throw new ProtocolError('The inner handshake of CredSSP came to an end without a mechanism');
    this.#checkMechanism();
    const credentials = encodeTsCredentials(this.#credentials!);
    try {
      const authInfo = await sealField(inner, credentials);
      this.#state = 'complete';
      return encodeTsRequest({ version: this.#offered, authInfo });
    } finally {
      credentials.fill(0);
    }
  }

  get #protReady(): boolean {
    return this.#options.inner.complete || this.#options.inner.protReady === true;
  }

  #checkMechanism(): void {
    const { inner, allowNtlm } = this.#options;
    if (inner.mechanism === 'NTLM' && !allowNtlm) {
      throw new AuthError('Only NTLM is left to authenticate inside CredSSP, and NTLM does not prove who the host is: see that Kerberos works, or allow it with allowNtlm: true');
    }
  }
}
