import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { fromCursor, isTimePlace, toCursor } from '../common/cursor.js';
import { NotFoundError } from '../common/errors.js';
import { ReaderLanguage } from '../common/reader-language.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { type Language } from '../words/language.js';
import { AlertItem, AlertItemPage, AlertQuery, CloseAlertDto, toAlertItem } from './alert-queries.dto.js';
import { AlertsService } from './alerts.service.js';

@ApiTags('alerts')
@Controller('alerts')
export class AlertsController {
  constructor(private readonly alerts: AlertsService) {}

  @Get()
  @LogAction('alerts.list')
  @ApiOperation({
    summary: 'What needs a person, or needed one: the newest first. The open ones, unless `state` says otherwise',
  })
  @ApiOkResponse({ type: AlertItemPage })
  async list(
    @Query() { kind, state, since, cursor, limit }: AlertQuery,
    @ReaderLanguage() language: Language,
  ): Promise<AlertItemPage> {
    const after = cursor === undefined ? undefined : fromCursor(cursor, isTimePlace);
    const { docs, next } = await this.alerts.page({ kind, state, since }, after, limit);
    const items = docs.map((alert) => toAlertItem(alert, this.alerts.textsOf(alert, language)));
    return { items, nextCursor: next && toCursor(next) };
  }

  @Post('close')
  @HttpCode(200)
  @LogAction('alerts.close')
  @ApiOperation({ summary: 'Close an alert that a person has dealt with. It opens again when its cause is seen again' })
  @ApiOkResponse({ type: AlertItem })
  async close(@Body() { id }: CloseAlertDto, @ReaderLanguage() language: Language): Promise<AlertItem> {
    const alert = await this.alerts.closeByHand(id);
    if (!alert) throw new NotFoundError('problems.not-found.alert', { id });
    return toAlertItem(alert, this.alerts.textsOf(alert, language));
  }
}
