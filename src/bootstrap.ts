import { NestFactory } from '@nestjs/core';
import { getConnectionToken } from '@nestjs/mongoose';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Connection } from 'mongoose';
import { AppModule } from './app.module.js';
import { logRequests } from './common/interceptors/request-log.js';
import { LogSink } from './common/log-sink.js';
import { type AppConfig } from './config/app-config.js';
import { serveOpenApi } from './openapi.js';
import { checkDatabase, prepareDatabase } from './start/database.js';
import { httpServer } from './start/http-server.js';
import { StartLogger } from './start/start-logger.js';

/**
 * Makes the application, ready to listen: the database is there, may be used, and has its indexes.
 * @param say takes a line for the person at the terminal
 * @throws DatabaseError where the database is away or must not be used
 */
export async function createApp(config: AppConfig, say: (line: string) => void = () => undefined): Promise<NestFastifyApplication> {
  await checkDatabase(config, say);
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config),
    httpServer(() => app.get(LogSink)),
    { rawBody: true, abortOnError: false, logger: new StartLogger({ json: config.isProduction }) },
  );
  try {
    logRequests(app.getHttpAdapter().getInstance(), app.get(LogSink));
    serveOpenApi(app);
    await prepareDatabase(app.get<Connection>(getConnectionToken()));
    await app.init();
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Stops taking requests, lets those in hand and the jobs end, and stores the last logs. */
export async function stopApp(app: NestFastifyApplication): Promise<void> {
  await app.getHttpAdapter().getInstance().close();
  await app.close();
}
