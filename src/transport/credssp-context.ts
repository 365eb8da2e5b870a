import { checkVersions, CredsspInitiator, type InnerContext, SAFE_VERSIONS } from '../auth/credssp/credssp-initiator.js';
import { subjectPublicKey } from '../auth/credssp/subject-public-key.js';
import type { TsPasswordCreds } from '../auth/credssp/ts-credentials.js';
import type { Mechanism, SealedMessage, SecurityContext } from '../auth/security-context.js';
import { concat } from '../bytes.js';
import { ProtocolError } from '../errors.js';
import { connectCredsspTls, type CredsspTls, type CredsspTlsOptions } from './credssp-tls.js';

/** What {@link createCredsspContext} needs. */
export type CredsspContextOptions = {
  /** The handshake inside: SPNEGO, or a mechanism alone. It must negotiate sealing. */
  readonly inner: InnerContext;
  /** What the host gets to log on elsewhere with; the domain is empty for a local account or a name like `user@domain`. */
  readonly credentials: TsPasswordCreds;
  /** Whether the credentials may go to a host that only NTLM has authenticated. */
  readonly allowNtlm: boolean;
  /** The TLS inside, which has nothing to do with that of HTTPS. */
  readonly tls: CredsspTlsOptions;
  /** The versions of CredSSP taken, 5 and 6 by default; the older ones do not withstand CVE-2018-0886. */
  readonly versions?: readonly number[];
  /** Cryptographically strong random bytes. */
  readonly random: (length: number) => Uint8Array;
};

/** A security context that holds a TLS engine. */
export interface CredsspContext extends SecurityContext {
  step(token: Uint8Array | null): Promise<Uint8Array | null>;
  wrap(message: Uint8Array): Promise<SealedMessage>;
  unwrap(sealed: SealedMessage): Promise<Uint8Array>;
  /** Ends the TLS engine; the context is of no more use. A failed `step` or `unwrap` does so by itself. */
  close(): void;
}

/**
 * CredSSP over HTTP (MS-CSSP 3.1.5, MS-WSMV 2.2.9.1.3): every token is TLS records, first those of its handshake, then one TSRequest
 * after another. The host proves with pubKeyAuth that the certificate of that handshake is its own; only then it gets the
 * credentials. Each message after that is one TLS record, of at most 16 KiB.
 *
 * `step` throws an AuthError when the host refuses or offers less than is allowed, a TlsError when TLS does not come about, a
 * ProtocolError when the host breaks the protocol or does not prove its key.
 *
 * @throws UsageError - `versions` is empty or holds an unknown one
 */
export function createCredsspContext(options: CredsspContextOptions): CredsspContext {
  return new CredsspClient(options);
}

class CredsspClient implements CredsspContext {
  readonly #inner: InnerContext;
  readonly #tls: CredsspTls;
  /** Let go of, with the password, as soon as it is used. */
  #options: CredsspContextOptions | null;
  #initiator: CredsspInitiator | null = null;

  constructor(options: CredsspContextOptions) {
    checkVersions(options.versions ?? SAFE_VERSIONS);
    this.#options = options;
    this.#inner = options.inner;
    this.#tls = connectCredsspTls(options.tls);
  }

  get complete(): boolean {
    return this.#initiator?.complete === true;
  }

  get mechanism(): Mechanism | null {
    return this.#inner.mechanism;
  }

  get notes(): readonly string[] {
    return this.#inner.notes;
  }

  async step(token: Uint8Array | null): Promise<Uint8Array | null> {
    return this.#closing(async () => {
      const { records, plaintext } = await this.#tls.receive(token);
      if (plaintext.length === 0) {
        // A flight of the handshake goes alone: the next TSRequest waits for the host's answer to it.
        if (records.length > 0) return records;
        // Behind the credentials a host may still send what belongs to TLS alone.
        if (this.complete) return null;
      }
      if (!this.#tls.secure) throw new ProtocolError('The host\'s token ends in the midst of the TLS handshake of CredSSP');
      return concat(records, await this.#tls.send(await this.#converse(plaintext)));
    });
  }

  async wrap(message: Uint8Array): Promise<SealedMessage> {
    return this.#tls.seal(message);
  }

  async unwrap({ signature, data }: SealedMessage): Promise<Uint8Array> {
    return this.#closing(async () => {
      const { records, plaintext } = await this.#tls.receive(concat(signature, data));
      if (records.length > 0) throw new ProtocolError('The sealed message of CredSSP made TLS answer by itself');
      // No whole record came, so nothing was verified.
      if (plaintext.length === 0) throw new ProtocolError('The sealed message of CredSSP holds nothing');
      return plaintext;
    });
  }

  close(): void {
    this.#options = null;
    this.#tls.close();
  }

  async #converse(plaintext: Uint8Array): Promise<Uint8Array> {
    if (this.#initiator !== null) {
      if (plaintext.length === 0) throw new ProtocolError('The host\'s token holds no TSRequest');
      return this.#initiator.step(plaintext);
    }
    if (plaintext.length > 0) throw new ProtocolError('The host sent a TSRequest before the client\'s first');
    this.#initiator = this.#begin();
    return this.#initiator.step(null);
  }

  #begin(): CredsspInitiator {
    const certificate = this.#tls.peerCertificate;
    if (certificate === null || this.#options === null) throw new ProtocolError('The host showed no certificate in the TLS handshake of CredSSP');
    const { inner, credentials, allowNtlm, versions = SAFE_VERSIONS, random } = this.#options;
    this.#options = null;
    return new CredsspInitiator({ inner, credentials, allowNtlm, versions, random, subjectPublicKey: subjectPublicKey(certificate) });
  }

  async #closing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.close();
      throw error;
    }
  }
}
