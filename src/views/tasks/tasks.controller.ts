import { Controller, Get, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { fromCursor, toCursor } from '../../common/cursor.js';
import { InvalidInputError } from '../../common/errors.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { ReaderLanguage } from '../../common/reader-language.js';
import { type Language } from '../../words/language.js';
import { Words } from '../../words/words.js';
import { isTaskPlace } from './task.js';
import { TaskCountsItem, taskItem, TaskItemPage, TaskQuery } from './task-queries.dto.js';
import { TasksRepository } from './tasks.repository.js';

@ApiTags('tasks')
@ApiExtraModels(TaskCountsItem)
@Controller('tasks')
export class TasksController {
  constructor(
    private readonly tasks: TasksRepository,
    private readonly words: Words,
  ) {}

  @Get()
  @LogAction('tasks.list')
  @ApiOperation({
    summary: 'Everything that is still to be done, the longest waiting first, and how much of it there is',
  })
  @ApiOkResponse({ type: TaskItemPage })
  async list(
    @Query() { kind, state, connection, cursor, limit }: TaskQuery,
    @ReaderLanguage() language: Language,
  ): Promise<TaskItemPage> {
    const kinds = this.tasks.kinds();
    if (kind !== undefined && !kinds.includes(kind))
      throw new InvalidInputError([{ field: 'kind', expected: `must be one of ${kinds.join(', ')}` }]);
    const after = cursor === undefined ? undefined : fromCursor(cursor, isTaskPlace);
    const filter = { kind, state, connection };
    const [{ tasks, next }, counts] = await Promise.all([
      this.tasks.page(filter, after, limit),
      after ? null : this.tasks.counts(filter),
    ]);
    const items = tasks.map((task) => taskItem(task, this.words, language));
    return { items, nextCursor: next && toCursor(next), counts };
  }
}
