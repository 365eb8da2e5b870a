import { expect, it } from 'vitest';
import { createInstance } from '../../src/cim/instance.js';
import type { WsmanClient } from '../../src/client/wsman-client.js';
import { ProtocolError } from '../../src/errors.js';
import { listJobs } from '../../src/hyperv/job-list.js';

function clientOf(...ids: readonly (string | null)[]): WsmanClient {
  const instances = ids.map((InstanceID) => createInstance({ className: 'Msvm_MigrationJob', properties: { InstanceID, JobState: 4 } }));
  return { host: 'hv01:5985', enumerate: () => instances } as unknown as WsmanClient;
}

async function idsOf(client: WsmanClient): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { reference } of listJobs(client, 'Msvm_MigrationJob')) ids.push(reference.keys.InstanceID);
  return ids;
}

it('lists a job with an odd InstanceID as it is, and a GUID as Hyper-V writes it', async () => {
  expect(await idsOf(clientOf('job-1', '{3d0f6c2a-81b7-4e95-a0c4-6b2e9f7d1583}'))).toEqual(['job-1', '3D0F6C2A-81B7-4E95-A0C4-6B2E9F7D1583']);
});

it('refuses an instance without an InstanceID', async () => {
  await expect(idsOf(clientOf(null))).rejects.toBeInstanceOf(ProtocolError);
});
