import { Module } from '@nestjs/common';
import { TasksController } from './tasks/tasks.controller.js';
import { TasksRepository } from './tasks/tasks.repository.js';

/** What the merchant's team sees of stock, orders and work, and what it may set. */
@Module({
  controllers: [TasksController],
  providers: [TasksRepository],
})
export class ViewsModule {}
