import { getConnectionToken } from '@nestjs/mongoose';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { mongo, type Connection } from 'mongoose';
import { type DynamicModule } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { AppModule } from '../../src/app.module.js';
import { createApp, stopApp } from '../../src/bootstrap.js';
import { loadConfig } from '../../src/config/app-config.js';
import { MANIFESTS } from '../../src/connectors/index.js';
import { withDatabase } from '../../src/config/mongo-uri.js';
import { waitFor } from './wait.js';

/** The application, listening on a free port of this machine, with a database of its own. */
export interface RunningApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly connection: Connection;
  stop(): Promise<void>;
}

/** The address of the test database, with a unique name. */
export function ownDatabase(label: string): string {
  const uri = process.env.MONGODB_URI;
  if (!uri) throw new Error('MONGODB_URI must lead to a database for tests: start them with `npm test`');
  return withDatabase(uri, () => `t_${label}_${randomBytes(4).toString('hex')}`);
}

export async function runApp(
  label: string,
  env: NodeJS.ProcessEnv = {},
  more: Partial<DynamicModule> = {},
): Promise<RunningApp> {
  const { REDIS_HOST, REDIS_PORT, REDIS_URL } = process.env;
  const config = loadConfig(
    {
      REDIS_HOST,
      REDIS_PORT,
      REDIS_URL,
      NODE_ENV: 'test',
      INTAKE_LIMIT_MS: '20000',
      MONGODB_URI: ownDatabase(label),
      ...env,
    },
    MANIFESTS,
  );
  // Jest cannot load what the page needs: an ES module that is asked for with require
  const app = await createApp(config, { root: { ...AppModule.with(config), ...more }, docsPage: false });
  // A test that gives the port needs the address beforehand; else any free port.
  await app.listen({ port: Number(env.PORT ?? 0), host: '127.0.0.1' });
  const connection = app.get<Connection>(getConnectionToken());
  let stopped = false;
  return {
    app,
    url: await app.getUrl(),
    connection,
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await stopApp(app);
      await drop(config.mongoUri);
    },
  };
}

/** Drops the database after the stop; the last logs would create it again. */
async function drop(uri: string): Promise<void> {
  const client = new mongo.MongoClient(uri);
  await client.db().dropDatabase();
  await client.close();
}

/** Repeats `ask` until the answer is enough; fails with the last answer. */
export async function until<T>(ask: () => Promise<T>, enough: (answer: T) => boolean): Promise<T> {
  const last = await waitFor('the answer is enough', async () => {
    const answer = await ask();
    if (!enough(answer)) throw new Error(JSON.stringify(answer));
    return { answer };
  });
  return last.answer;
}
