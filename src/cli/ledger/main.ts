/** `npm run ledger`: checks the ledger beside the product, using only the database. */
import { mongo } from 'mongoose';
import { existsSync } from 'node:fs';
import { ConfigError, loadConfig } from '../../config/app-config.js';
import { MANIFESTS } from '../../connectors/index.js';
import { checkDatabase, DatabaseError } from '../../start/database.js';
import { audit } from './audit-command.js';
import { explanationOf } from './explanation.js';
import { explanationText, isExplained } from './explanation-text.js';
import { Terminal } from './terminal.js';
import { EXIT, parseArguments, UsageError, type Request } from './usage.js';

const terminal = new Terminal(process.stdout, process.stderr);

try {
  const request = parseArguments(process.argv.slice(2));
  // For a call without `npm run`; existing variables win.
  if (process.env.NODE_ENV !== 'test' && existsSync('.env')) process.loadEnvFile('.env');
  const config = loadConfig(process.env, MANIFESTS);
  await checkDatabase(config, (line) => terminal.tell(line));
  const client = new mongo.MongoClient(config.mongoUri, {
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
  });
  try {
    process.exitCode = await carryOut(request, client.db());
  } finally {
    await client.close();
  }
} catch (error) {
  const isForPeople = error instanceof UsageError || error instanceof ConfigError || error instanceof DatabaseError;
  const text = error instanceof Error ? (isForPeople ? error.message : (error.stack ?? error.message)) : String(error);
  terminal.tell(text);
  process.exitCode = EXIT.notRun;
}

async function carryOut(request: Request, db: mongo.Db): Promise<number> {
  if (request.command !== 'explain') return audit(db, terminal, request.command === 'rebuild');
  const explanation = await explanationOf(db, request.sku);
  if (!explanation) {
    terminal.tell(`${request.sku} is not known: neither the ledger nor any channel has it.`);
    return EXIT.notRun;
  }
  for (const line of explanationText(explanation)) terminal.say(line);
  return explanation.entries.every(isExplained) ? EXIT.fine : EXIT.differences;
}
