// Why did this migration fail? Prints every error of a job, the specific cause last. After `npm run build`:
//   HYPERV_URL=https://hv01.example HYPERV_USER='EXAMPLE\ops' HYPERV_PASSWORD=... HYPERV_JOB=GUID node examples/why-did-it-fail.js
import { HyperVHost, HyperVWsmanError } from 'hyperv-wsman';

const { HYPERV_URL = '', HYPERV_USER = '', HYPERV_PASSWORD = '', HYPERV_JOB = '' } = process.env;

const host = new HyperVHost({ url: HYPERV_URL, auth: { type: 'ntlm', username: HYPERV_USER, password: HYPERV_PASSWORD } });
try {
  const errors = await host.migrationJob(HYPERV_JOB).getErrorEx();
  if (errors.length === 0) console.log('no error: the job still runs, or did not fail');
  for (const { MessageID, Message } of errors) console.log(`${MessageID ?? '-'}  ${Message ?? 'an error without a message'}`);
} catch (error) {
  if (!(error instanceof HyperVWsmanError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await host.close();
}
