// node --import: tells on file descriptor 3, at the end of the process, how many modules were loaded from files.
import { writeSync } from 'node:fs';
import { createRequire, register } from 'node:module';

const counter = new Int32Array(new SharedArrayBuffer(4));
register('./count-modules-hooks.mjs', { parentURL: import.meta.url, data: counter });
process.once('exit', () => {
  // CommonJS modules do not pass the hooks when another requires them.
  const commonJs = Object.keys(createRequire(import.meta.url).cache).length;
  writeSync(3, String(counter[0] + commonJs));
});
