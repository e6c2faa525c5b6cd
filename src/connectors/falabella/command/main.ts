import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { ConfigError, loadConfig } from '../../../config/app-config.js';
import { MANIFEST } from '../manifest.js';
import { falabellaCommand } from './falabella-command.js';
import { CommandError, type Terminal } from './terminal.js';

const lines = createInterface({ input: process.stdin, output: process.stdout });
const terminal: Terminal = {
  say: (line) => process.stdout.write(`${line}\n`),
  ask: async (question) => (await lines.question(question)).trim(),
};

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  process.exitCode = await falabellaCommand(process.argv.slice(2), loadConfig(process.env, [MANIFEST]), terminal);
} catch (error) {
  const isExpected = error instanceof CommandError || error instanceof ConfigError;
  const text = error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`falabella: ${text}\n`);
  process.exitCode = 1;
} finally {
  lines.close();
}
