// The client enumerates and keeps no instance, at most one property of each; `calls` is how many instances it takes.
import { WsmanClient, untyped } from 'hyperv-wsman';

/**
 * @param options.client - the options of the client
 * @param options.enumeration - those of `enumerate()`
 * @param options.raw - whether values stay text
 * @param options.keep - a property whose values are kept; a text that is kept must not keep the page it came in
 */
export async function open({ client: clientOptions, enumeration = {}, raw = false, keep }) {
  const client = new WsmanClient(clientOptions);
  const options = raw ? { ...enumeration, typeOf: untyped } : enumeration;
  return {
    async run(calls) {
      const kept = [];
      let instances = 0;
      for await (const machine of client.enumerate('Msvm_ComputerSystem', options)) {
        if (!machine.ElementName.startsWith('orders-db-')) throw new Error(`An instance came that is not the server's: ${machine.ElementName}`);
        if (keep !== undefined) kept.push(machine[keep]);
        if (++instances === calls) break;
      }
      if (instances !== calls) throw new Error(`${instances} instances came where ${calls} are`);
    },
    close: () => client.close(),
  };
}
