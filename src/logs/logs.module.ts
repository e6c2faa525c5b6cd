import { Global, Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { LogSink, OWN_LOG_SERVICES } from '../common/log-sink.js';
import { LogKindsRepository } from './log-kinds.repository.js';
import { LogWriter } from './log-writer.service.js';
import { LogsRepository } from './logs.repository.js';
import { LogKind, LogKindSchema } from './schemas/log-kind.schema.js';
import { Log, LogSchema } from './schemas/log.schema.js';

/** The token of the names that a log's `service` can have. */
export const LOG_SERVICES = Symbol('log services');

/** Stores the logs. Global, because every module writes to the `LogSink`. */
@Global()
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Log.name, schema: LogSchema },
      { name: LogKind.name, schema: LogKindSchema },
    ]),
  ],
  providers: [LogKindsRepository, LogsRepository, LogWriter, { provide: LogSink, useExisting: LogWriter }],
  exports: [LogSink, LogWriter, LogsRepository, LOG_SERVICES],
})
export class LogsModule {
  /** @param connectors the names of the connectors, each of which is a service in the logs */
  static with(connectors: readonly string[]): DynamicModule {
    return {
      module: LogsModule,
      providers: [{ provide: LOG_SERVICES, useValue: [...connectors, ...OWN_LOG_SERVICES] }],
    };
  }
}
