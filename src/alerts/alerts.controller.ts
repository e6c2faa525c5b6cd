import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { AlertsService } from './alerts.service.js';

/** More are not worth a list: they have one cause. */
const MOST = 500;

@ApiTags('alerts')
@Controller('alerts')
export class AlertsController {
  constructor(private readonly alerts: AlertsService) {}

  @Get()
  @LogAction('alerts.list')
  @ApiOperation({ summary: 'What is open and needs a person, newest first' })
  async list() {
    const open = await this.alerts.open(MOST);
    const items = open.map(({ _id, kind, subject, detail, openedAt, times }) => ({ id: _id, kind, subject, detail, openedAt, times }));
    return { items, nextCursor: null };
  }
}
