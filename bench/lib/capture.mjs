// The requests that the client itself sends, for the bare loops to post.
import { HyperVHost, WsmanClient, instancePath } from 'hyperv-wsman';
import { INSTANCE_ID } from '../contenders/get-error.mjs';

/** A virtual machine, for Get. */
export const MACHINE = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: '9C2E7F10-45BD-4A63-8E1C-D07F6B93A582' });

/** The envelope of GetError. */
export async function getErrorEnvelope(clientOptions) {
  const [envelope] = await requestsOf(clientOptions, (client) => new HyperVHost({ client }).migrationJob(INSTANCE_ID).getError());
  return envelope;
}

/** The envelope of Get. */
export async function getEnvelope(clientOptions) {
  const [envelope] = await requestsOf(clientOptions, (client) => client.get(MACHINE));
  return envelope;
}

/**
 * The envelopes of one Enumerate and one Pull, and how many instances they ask for.
 *
 * @param enumeration - the options of `enumerate()`
 */
export async function enumerationEnvelopes(clientOptions, enumeration = {}) {
  const isOf = (operation) => (text) => text.includes(`/enumeration/${operation}<`);
  const requests = await requestsOf(clientOptions, async (client, sofar) => {
    const machines = client.enumerate('Msvm_ComputerSystem', enumeration)[Symbol.asyncIterator]();
    while (!sofar.some(isOf('Pull'))) await machines.next();
    await machines.return();
  });
  const envelopes = [requests.find(isOf('Enumerate')), requests.find(isOf('Pull'))];
  return { envelopes, pageSize: Number(/MaxElements>(\d+)</.exec(envelopes[1])[1]) };
}

async function requestsOf(clientOptions, use) {
  const requests = [];
  const client = new WsmanClient({ ...clientOptions, observe: ({ request }) => requests.push(request) });
  try {
    await use(client, requests);
  } finally {
    await client.close();
  }
  return requests;
}
