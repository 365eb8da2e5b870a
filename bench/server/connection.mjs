// One connection of the server: who is calling, sealed or not. The handshakes are those of hyperv-wsman's simulated host.
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { ConnectionAuthentication } from '../../dist/testing/connection-authentication.js';
import { createHostAcceptors } from '../../dist/testing/host-acceptors.js';
import { ACCEPTED, challengeReply, plainReply, refusedReply, sealedReply, withToken } from '../../dist/testing/replies.js';
import { isEncrypted } from '../../dist/transport/encryption.js';
import { open } from '../../dist/transport/sealing.js';
import { COMPUTER_NAME } from '../../dist/testing/user-store.js';
import { answerTo } from './answers.mjs';

export class ServerConnection {
  /** How many instances of the enumeration on this connection are still to come. */
  left = 0;
  #authentication;
  #instances;

  /**
   * @param service.users - the accounts
   * @param service.keytab - the keys of the host's services, decoded
   * @param service.instances - how many an enumeration has
   */
  constructor({ users, keytab, instances }) {
    this.#instances = instances;
    const acceptors = createHostAcceptors({
      users, keytab, credssp: null, computerName: COMPUTER_NAME, channelBinding: null, cbt: 'none', replayCache: new Set(), random: randomBytes, now: () => new Date(),
    });
    this.#authentication = new ConnectionAuthentication({ acceptors, users, computerName: COMPUTER_NAME, basic: true, certificateUser: null });
  }

  /** Answers one POST; what comes neither with a proof of who is calling nor sealed is answered at once. */
  async handle({ authorization, contentType, body }) {
    if (authorization === undefined && body.length > 0 && !isEncrypted(contentType)) return plainReply(200, this.#answerTo(body));
    const step = await this.#authentication.step(authorization);
    if (step.kind === 'refused') return refusedReply(this.#authentication.offered);
    if (step.kind === 'challenge') return challengeReply(step.scheme, step.token);
    const { caller, final } = step;
    const reply = body.length === 0 ? ACCEPTED : await this.#reply({ contentType, body }, caller.sealer);
    return final?.token ? withToken(reply, final.scheme, final.token) : reply;
  }

  async #reply(message, sealer) {
    if (!isEncrypted(message.contentType)) return plainReply(200, this.#answerTo(message.body));
    const { body } = await open(sealer, message);
    return sealedReply(200, this.#answerTo(body), sealer);
  }

  #answerTo(body) {
    return answerTo(Buffer.from(body.buffer, body.byteOffset, body.length), this, this.#instances);
  }
}
