import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Length } from 'class-validator';
import { PageQuery, TEXT_FORM } from '../../common/queries.js';
import { isReasonCode, type ReasonCode } from '../../words/core-words.js';
import { type Language } from '../../words/language.js';
import { type Words } from '../../words/words.js';
import { TASK_STATES, type Task, type TaskState } from './task.js';

export class TaskQuery extends PageQuery {
  @ApiPropertyOptional({
    example: 'orders.deliver',
    description: 'One of the kinds in `counts`: collection and field of the mark',
  })
  @IsOptional()
  @Length(1, 200, TEXT_FORM)
  kind?: string;

  @ApiPropertyOptional({ enum: TASK_STATES })
  @IsOptional()
  @IsIn(TASK_STATES, { message: 'must be waiting, retrying or dead' })
  state?: TaskState;

  @ApiPropertyOptional({ example: 'my-shop', description: 'Work that says to which connection it belongs' })
  @IsOptional()
  @Length(1, 200, TEXT_FORM)
  connection?: string;
}

/** One piece of open work in the API. */
export class TaskItem {
  @ApiProperty({ example: 'orders.deliver' })
  kind!: string;

  @ApiProperty({ example: 'my-shop/12345', description: 'Of the document that the work stands on' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  connection!: string | null;

  @ApiProperty({ type: String, nullable: true })
  orderId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  sku!: string | null;

  @ApiProperty({
    enum: TASK_STATES,
    description: 'waiting: not tried yet. retrying: put off. dead: given up, a person has to look',
  })
  state!: TaskState;

  @ApiProperty({ format: 'date-time', type: String, description: 'The oldest change that is not served' })
  since!: Date;

  @ApiProperty({ description: 'How often the item itself was to blame' })
  attempts!: number;

  @ApiProperty({
    format: 'date-time',
    type: String,
    nullable: true,
    description: 'Null: it is not tried again by itself',
  })
  nextTry!: Date | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was put off the last time' })
  error!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'reasons.short',
    description: 'Of `error`, as GET /words names it; null: the words are another system’s',
  })
  code!: string | null;
}

export function taskItem({ error, ...task }: Task, words: Words, language: Language): TaskItem {
  if (error === null) return { ...task, error, code: null };
  if (error === 'reasons.to_map' && task.sku !== null) {
    const code = 'reasons.unmapped' satisfies ReasonCode;
    return { ...task, error: words.text({ code, params: { skus: task.sku } }, language), code };
  }
  return { ...task, error: words.reason(error, language), code: isReasonCode(error) ? error : null };
}

export class TaskCountsItem {
  @ApiProperty()
  waiting!: number;

  @ApiProperty()
  retrying!: number;

  @ApiProperty()
  dead!: number;
}

export class TaskItemPage {
  @ApiProperty({ type: [TaskItem] })
  items!: TaskItem[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to get the next page; null on the last one',
  })
  nextCursor!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/TaskCountsItem' },
    nullable: true,
    description: 'By kind, whatever the state asked for; null on all pages but the first',
  })
  counts!: Readonly<Record<string, TaskCountsItem>> | null;
}
