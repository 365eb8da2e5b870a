#!/usr/bin/env node
import { Interruption } from './io.js';
import { closeLostTerminals } from './lost-terminals.js';
import { run } from './run.js';

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort(new Interruption(name)));

const { argv, stdin, stdout, stderr, env } = process;
process.once('exit', () => closeLostTerminals([stdin, stdout, stderr]));
process.exitCode = await run(argv.slice(2), { stdin, stdout, stderr, env, signal: interruption.signal });
