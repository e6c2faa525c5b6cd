import { type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getConnectionToken } from '@nestjs/mongoose';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Connection } from 'mongoose';
import { AppModule } from './app.module.js';
import { FailureLimits } from './auth-failures/failure-limits.js';
import { FailureWatch } from './auth-failures/failure-watch.service.js';
import { limitFailures } from './auth-failures/limit-failures.js';
import { receiveBodies } from './common/http/bodies.js';
import { answerHealthOnly } from './common/guards/health-only.js';
import { requireKeys } from './common/guards/require-keys.js';
import { logRequests } from './common/interceptors/request-log.js';
import { LogSink } from './common/log-sink.js';
import { servesRequests } from './config/role.js';
import { type AppConfig } from './config/app-config.js';
import { MANIFESTS } from './connectors/index.js';
import { LogWriter } from './logs/log-writer.service.js';
import { RedisClients } from './queues/redis-clients.service.js';
import { serveOpenApi } from './openapi.js';
import { checkDatabase, prepareDatabase } from './start/database.js';
import { httpServer } from './start/http-server.js';
import { closeInOrder } from './start/orderly-close.js';
import { StartLogger } from './start/start-logger.js';

const STOCK_PATHS = MANIFESTS.flatMap(({ stockPath }) => (stockPath === undefined ? [] : [stockPath]));

/** Options of the application beside its configuration. */
export interface AppOptions {
  /** Receives a line for the person at the terminal. */
  readonly say?: (line: string) => void;
  /** The root module. */
  readonly root?: DynamicModule;
  /** Whether /docs serves a page, or only /docs-json exists. */
  readonly docsPage?: boolean;
}

/**
 * Creates the application, ready to listen: the database is reachable, may be used, and has its indexes.
 * @throws DatabaseError when the database is unreachable or must not be used
 */
export async function createApp(
  config: AppConfig,
  { say = () => undefined, root = AppModule.with(config), docsPage = true }: AppOptions = {},
): Promise<NestFastifyApplication> {
  await checkDatabase(config, say);
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(
    root,
    httpServer(config.values.TRUSTED_PROXIES, () => app.get(LogSink), STOCK_PATHS),
    { bodyParser: false, abortOnError: false, logger: new StartLogger({ json: config.isProduction }) },
  );
  try {
    const fastify = app.getHttpAdapter().getInstance();
    limitFailures(fastify, app.get(FailureLimits), app.get(FailureWatch));
    logRequests(fastify, app.get(LogSink));
    if (!servesRequests()) answerHealthOnly(fastify);
    requireKeys(fastify, config);
    receiveBodies(fastify);
    closeInOrder(fastify);
    serveOpenApi(app, docsPage);
    await prepareDatabase(app.get<Connection>(getConnectionToken()));
    await app.init();
    return app;
  } catch (error) {
    await stopApp(app);
    throw error;
  }
}

/**
 * Stops accepting requests, waits for current requests and jobs, stores the last logs, and closes the
 * database last. Plain `app.close()` does the first two only.
 */
export async function stopApp(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  // Absent where the start failed early.
  if (fastify.hasDecorator('closeInOrder')) await fastify.closeInOrder();
  await app.close();
  app.get(RedisClients).end();
  await app.get(LogWriter).end();
  await app.get<Connection>(getConnectionToken()).close();
}
