// Why did this migration fail? Prints every error of a job, the specific cause last, and what they mean. After `npm run build`:
//   HYPERV_URL=https://hv01.example HYPERV_USER='EXAMPLE\ops' HYPERV_PASSWORD=... HYPERV_JOB=GUID node examples/why-did-it-fail.js
import { HyperVHost, HyperVWsmanError, diagnose } from 'hyperv-wsman';

const { HYPERV_URL = '', HYPERV_USER = '', HYPERV_PASSWORD = '', HYPERV_JOB = '' } = process.env;

const host = new HyperVHost({ url: HYPERV_URL, auth: { type: 'negotiate', username: HYPERV_USER, password: HYPERV_PASSWORD } });
try {
  const errors = await host.migrationJob(HYPERV_JOB).errors();
  for (const { MessageID, Message } of errors) console.log(`${MessageID ?? '-'}  ${Message ?? 'an error without a message'}`);
  if (errors.length === 0) {
    console.log('no error: the job still runs, or did not fail');
  } else {
    const { summary, layer, retry, advice } = diagnose(errors);
    console.log(`\n${summary}`);
    console.log(`layer: ${layer}; try again: ${retry ?? 'not known'}`);
    for (const step of advice) console.log(`- ${step}`);
  }
} catch (error) {
  if (!(error instanceof HyperVWsmanError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await host.close();
}
