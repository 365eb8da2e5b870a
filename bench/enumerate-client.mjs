// Enumerates in a process of its own and measures it: node's fork with the URL, how many items to take, and `all` or
// `names` for what to keep. It sends one message with the figures, in bytes and milliseconds.
import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { WsmanClient } from 'hyperv-wsman';

const [url, take, keep] = process.argv.slice(2);
const client = new WsmanClient({ url, auth: { type: 'none' }, allowInsecure: ['none'] });
const kept = [];
let items = 0;
let sampled = 0;

// What is loaded with the first call is not the enumeration's.
await client.identify();
// The peak that the kernel keeps begins anew here (proc(5), clear_refs).
writeFileSync('/proc/self/clear_refs', '5');
const before = process.memoryUsage.rss();
const sampler = setInterval(() => (sampled = Math.max(sampled, process.memoryUsage.rss())), 10);
const started = performance.now();
for await (const machine of client.enumerate('Msvm_ComputerSystem')) {
  items++;
  if (keep === 'names') kept.push(machine.Name);
  if (items === Number(take)) break;
}
const milliseconds = performance.now() - started;
clearInterval(sampler);
await client.close();
const highWater = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
process.send({ items, milliseconds, before, peak: Math.max(highWater, sampled), sampled });
process.disconnect();
