// A simulated Hyper-V host with a failed migration, asked over a real socket with NTLM and sealing. `--json` prints JSON.
import { ErrorType, HyperVHost, PerceivedSeverity, toJson } from 'hyperv-wsman';
import { SimulatedHost } from 'hyperv-wsman/testing';

const user = { username: 'operator', domain: 'LAB', password: 'demo-Passw0rd' };
const simulated = await SimulatedHost.start({ users: [user] });
const { keys } = simulated.addJob({
  JobState: 10,
  errors: [
    {
      CIMStatusCode: 1,
      ErrorSourceFormat: 0,
      ErrorType: 4,
      Message: "The migration of 'ledger-07' failed at its source 'NODE-A'. (Virtual machine ID 3B0E2B5C-7C1D-4F55-9C0F-5E3A8D1B6F20)",
      MessageArguments: ['ledger-07', '3B0E2B5C-7C1D-4F55-9C0F-5E3A8D1B6F20', 'NODE-A'],
      MessageID: '21024',
      OwningEntity: 'Microsoft-Windows-Hyper-V-VMMS',
      PerceivedSeverity: 5,
      ProbableCause: 0,
    },
  ],
});

const host = new HyperVHost({ url: simulated.url, auth: { type: 'ntlm', username: `${user.domain}\\${user.username}`, password: user.password } });
try {
  const job = host.migrationJob(keys.InstanceID);
  const error = await job.getError();
  if (error === null) throw new Error('The job has no error');
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ job: job.reference, error: toJson(error) }, null, 2));
  } else {
    const [request] = simulated.requests;
    console.log(`Asked ${simulated.url} as ${request?.user}: ${request?.sealed ? 'NTLM, message sealed' : 'not sealed'}`);
    console.log(`Why did migration ${keys.InstanceID} fail?\n`);
    console.log(`  ${error.Message}\n`);
    console.log(`  MessageID          ${error.MessageID} (${error.OwningEntity})`);
    console.log(`  ErrorType          ${error.ErrorType} ${ErrorType.name(error.ErrorType ?? 0)}`);
    console.log(`  PerceivedSeverity  ${error.PerceivedSeverity} ${PerceivedSeverity.name(error.PerceivedSeverity ?? 0)}`);
    console.log(`  MessageArguments   ${error.MessageArguments?.join(' | ')}`);
    console.log('\nThe same as JSON: npm run demo -- --json');
  }
} finally {
  await host.close();
  await simulated.close();
}
