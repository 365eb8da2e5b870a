// The client asks for the error of one migration job, over and over.
import { HyperVHost } from 'hyperv-wsman';

export const INSTANCE_ID = '7B2F9E64-0C5A-4D81-93B7-E16A48D0F5C2';

/** @param options - those of HyperVHost */
export async function open(options) {
  const host = new HyperVHost(options);
  const job = host.migrationJob(INSTANCE_ID);
  return {
    async run(calls) {
      for (let call = 0; call < calls; call++) {
        const error = await job.getError();
        if (error?.MessageID !== '21024') throw new Error(`GetError answered ${JSON.stringify(error)}`);
      }
    },
    close: () => host.close(),
  };
}
