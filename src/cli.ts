#!/usr/bin/env node
import { describeError } from './cli/describe-error.ts';
import { main } from './cli/main.ts';
import { EXIT } from './cli/outcome/exit-code.ts';

// Whoever reads our output may leave before its end, as `head` does.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

// Exit codes 0 and 1 are verdicts: whatever else ends this process (a config file may hold any code) must not give one.
let isOver = false;
process.on('exit', (code) => {
  if (isOver || code === EXIT.none) return;
  process.stderr.write('error: something ended share-nothing before it was done, perhaps code in the config file\n');
  process.exitCode = EXIT.none;
});
process.on('uncaughtException', (error) => {
  process.stderr.write(describeError(error, { color: false }));
  process.exit(EXIT.none);
});

const { stdin, stdout, stderr, env } = process;
const code = await main(process.argv.slice(2), { stdin, stdout, stderr, env, cwd: process.cwd() });
isOver = true;
process.exitCode = code;
