import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { PageQuery, TIME_FORM, toTime } from '../common/queries.js';
import { type Message } from '../words/message.js';
import { ALERT_KINDS, type AlertKind } from './alert-kinds.js';
import { type AlertTexts } from './alert-texts.js';
import { type Alert } from './alert.schema.js';

const ID_FORM = { message: 'must be the id of an alert, as GET /alerts shows it' };

const STATES = ['open', 'closed', 'all'] as const;

/** Which alerts to list. */
export class AlertQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ALERT_KINDS })
  @IsOptional()
  @IsIn(ALERT_KINDS, { message: `must be one of ${ALERT_KINDS.join(', ')}` })
  kind?: AlertKind;

  @ApiPropertyOptional({ enum: STATES, default: 'open' })
  @IsOptional()
  @IsIn(STATES, { message: 'must be open, closed or all' })
  state: (typeof STATES)[number] = 'open';

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Opened at this time or later; without a zone it is UTC',
  })
  @IsOptional()
  @Transform(toTime)
  @IsDate(TIME_FORM)
  since?: Date;
}

/** Which alert a person has dealt with. */
export class CloseAlertDto {
  @ApiProperty({ example: 'delivery_partial/my-shop/12345' })
  @IsString(ID_FORM)
  @Length(3, 500, ID_FORM)
  id!: string;
}

/** One alert as the API shows it. */
export class AlertItem {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: ALERT_KINDS })
  kind!: AlertKind;

  @ApiProperty({
    example: 'main/PROD-001',
    description: 'An order, a SKU in a warehouse or at a channel, a connection',
  })
  subject!: string;

  @ApiProperty({ example: 'Sold more than there is', description: 'The same for all alerts of a kind' })
  title!: string;

  @ApiProperty({ description: 'Why it matters' })
  why!: string;

  @ApiProperty({ description: 'What to do about it' })
  action!: string;

  @ApiProperty({ description: 'What happened this time' })
  detail!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'alerts.oversold.detail',
    description: 'The text of `detail`, as GET /words names it; null: it was stored before there were codes',
  })
  code!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The values in the text' })
  params!: NonNullable<Message['params']>;

  @ApiProperty({ enum: ['open', 'closed'] })
  state!: 'open' | 'closed';

  @ApiProperty({ format: 'date-time', type: String })
  openedAt!: Date;

  @ApiProperty({ format: 'date-time', type: String, nullable: true })
  closedAt!: Date | null;

  @ApiProperty({ description: 'How often it was raised since it was opened' })
  times!: number;

  @ApiProperty({ description: 'Whether the alert webhook knows of it' })
  told!: boolean;
}

export class AlertItemPage {
  @ApiProperty({ type: [AlertItem] })
  items!: AlertItem[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to get the next page; null on the last one',
  })
  nextCursor!: string | null;
}

export function toAlertItem(
  { _id, kind, subject, code, params, openedAt, closedAt, times, told, opening }: Alert,
  texts: AlertTexts,
): AlertItem {
  return {
    id: _id,
    kind,
    subject,
    ...texts,
    code: code ?? null,
    params: params ?? {},
    state: closedAt ? 'closed' : 'open',
    openedAt,
    closedAt: closedAt ?? null,
    times,
    told: told?.opening === opening,
  };
}
