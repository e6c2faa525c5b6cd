import { Global, Module, type DynamicModule } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import mongoose, { type Connection } from 'mongoose';
import { type AppConfig } from '../config/app-config.js';

/**
 * The one connection to the database. Nest's own module would close it somewhere among the other shutdown
 * hooks, while jobs still end and the last logs are still stored. `stopApp` closes this one after all of
 * them.
 */
@Global()
@Module({})
export class DatabaseModule {
  static with(config: AppConfig): DynamicModule {
    const connection = { provide: getConnectionToken(), useFactory: () => connect(config.mongoUri) };
    return { module: DatabaseModule, providers: [connection], exports: [connection] };
  }
}

/** Writes are durable; reads go to the primary. The check of the URI prevents it from weakening this. */
function connect(uri: string): Promise<Connection> {
  return mongoose
    .createConnection(uri, {
      writeConcern: { w: 'majority', journal: true },
      readPreference: 'primary',
      retryWrites: true,
      serverSelectionTimeoutMS: 5_000,
      // While the database is unreachable a command fails after those 5 s instead of queueing in memory.
      bufferCommands: false,
      autoCreate: false,
      autoIndex: false,
    })
    .asPromise();
}
