import { Process, Processor } from '@nestjs/bull';
import { type Job } from 'bull';
import { CommandsService } from '../commands/commands.service.js';
import { JobRunner } from './job-runner.service.js';
import { QUEUES, type JobContext, type JobData } from '../queues/queue-names.js';

/** Changes of stock that somebody asked for. */
@Processor('commands')
export class CommandsProcessor {
  constructor(
    private readonly jobs: JobRunner,
    private readonly commands: CommandsService,
  ) {}

  @Process({ concurrency: QUEUES.commands })
  process(job: Job<JobData['commands'] & JobContext>): Promise<void> {
    return this.jobs.run('commands', job, () => this.commands.work(job.data.commandId));
  }
}
