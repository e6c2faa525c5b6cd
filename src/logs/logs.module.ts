import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { LogSink } from '../common/log-sink.js';
import { LogKindsRepository } from './log-kinds.repository.js';
import { LogWriter } from './log-writer.service.js';
import { LogsController } from './logs.controller.js';
import { LogsRepository } from './logs.repository.js';
import { LogsService } from './logs.service.js';
import { LogKind, LogKindSchema } from './schemas/log-kind.schema.js';
import { Log, LogSchema } from './schemas/log.schema.js';

/** Keeps and shows the logs. Global: everything writes to the `LogSink`. */
@Global()
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Log.name, schema: LogSchema },
      { name: LogKind.name, schema: LogKindSchema },
    ]),
  ],
  controllers: [LogsController],
  providers: [LogKindsRepository, LogsRepository, LogWriter, LogsService, { provide: LogSink, useExisting: LogWriter }],
  exports: [LogSink, LogsRepository],
})
export class LogsModule {}
