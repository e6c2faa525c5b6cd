import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { existsSync } from 'node:fs';
import { createApp, stopApp } from './bootstrap.js';
import { setLeaseTtlMs } from './common/lease-times.js';
import { setRole } from './config/role.js';
import { ConfigError, loadConfig, type AppConfig } from './config/app-config.js';
import { MANIFESTS } from './connectors/index.js';
import { announcement } from './start/announcement.js';
import { DatabaseError } from './start/database.js';

const STOP_LIMIT_MS = 25_000;

process.on('unhandledRejection', (reason) => endWith('A rejection that nobody handled', reason));
process.on('uncaughtException', (error) => endWith('An error that nobody caught', error));

try {
  // For a start without `npm start`; existing variables win. A test never takes a developer's credentials.
  if (process.env.NODE_ENV !== 'test' && existsSync('.env')) process.loadEnvFile('.env');
  const config = loadConfig(process.env, MANIFESTS);
  setLeaseTtlMs(config.values.LEASE_TTL_MS);
  setRole(config.values.ROLE);
  const app = await createApp(config, { say: complain });
  stopOnSignal(app);
  await app.listen({ port: config.values.PORT, host: config.host });
  announce(config, app);
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof DatabaseError)) endWith('The start failed', error);
  complain(error.message);
  process.exit(1);
}

function announce(config: AppConfig, app: NestFastifyApplication): void {
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address ? address.port : config.values.PORT;
  for (const line of announcement(config, port)) process.stdout.write(`${line}\n`);
}

/** A second signal does not wait. */
function stopOnSignal(app: NestFastifyApplication): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    // Bull's pending commands to an unreachable Redis are rejected when the connections close, and Bull
    // does not handle that.
    process
      .removeAllListeners('unhandledRejection')
      .on('unhandledRejection', (reason) => complain(`While stopping: ${String(reason)}`));
    setTimeout(() => {
      complain(`Not everything ended within ${STOP_LIMIT_MS / 1000} s; what is left is taken up at the next start`);
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    stopApp(app).then(
      () => process.exit(0),
      (error: unknown) => endWith('The stop failed', error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

function endWith(what: string, error: unknown): never {
  complain(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
}
