import type { WsmanClientOptions } from '../client/options.js';
import { WsmanClient } from '../client/wsman-client.js';
import { MigrationJob } from './job.js';
import { type JobReference, resolveJobReference } from './job-reference.js';

/**
 * One Hyper-V host: the door to its migrations. It connects with the first call; close it when done.
 *
 * @example
 * ```ts
 * import { HyperVHost } from 'hyperv-wsman';
 * const host = new HyperVHost({ url: 'https://hv01.example', auth: { type: 'ntlm', username: '.\\ops', password: () => process.env.PASSWORD ?? '' } });
 * try {
 *   for (const error of await host.migrationJob('{6d6a6a4e-2c0b-4c52-9e0e-6b9f5c2b7a11}').getErrorEx()) console.error(error.Message);
 * } finally {
 *   await host.close();
 * }
 * ```
 */
export class HyperVHost implements AsyncDisposable {
  /** The generic client underneath. */
  readonly client: WsmanClient;
  readonly #owned: boolean;

  /**
   * @param options - as for {@link WsmanClient}, or `{ client }` to share one, which `close()` then leaves open
   * @throws UsageError - an option that cannot work or is not safe
   */
  constructor(options: WsmanClientOptions | { readonly client: WsmanClient }) {
    this.#owned = !('client' in options);
    this.client = 'client' in options ? options.client : new WsmanClient({ namespace: 'root/virtualization/v2', ...options });
  }

  /**
   * A migration that is known by its id or by an earlier reference. Nothing is asked of the host yet.
   *
   * @param idOrReference - an InstanceID in any letter case, braces allowed, or a reference
   * @throws UsageError - not a GUID, or the reference of another host
   */
  migrationJob(idOrReference: string | JobReference): MigrationJob {
    return new MigrationJob(this.client, resolveJobReference(idOrReference, this.client.host));
  }

  /** Closes the client, unless it was handed in. */
  async close(): Promise<void> {
    if (this.#owned) await this.client.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
