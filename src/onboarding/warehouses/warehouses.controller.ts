import { Body, Controller, Get, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { NotFoundError } from '../../common/errors.js';
import { LogAction } from '../../common/interceptors/log-action.decorator.js';
import { type WarehouseFields } from '../../connections/warehouses/warehouse-rules.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import {
  toWarehouseItem,
  WarehouseChangeDto,
  WarehouseDto,
  WarehouseItem,
  WarehouseItemPage,
} from './warehouse.dto.js';
import { WarehouseSetup } from './warehouse-setup.service.js';

@ApiTags('warehouses')
@Controller('warehouses')
export class WarehousesController {
  constructor(
    private readonly warehouses: WarehousesService,
    private readonly setup: WarehouseSetup,
  ) {}

  @Get()
  @LogAction('warehouses.list')
  @ApiOperation({ summary: 'Where stock is counted: the first to serve from first' })
  @ApiOkResponse({ type: WarehouseItemPage })
  list(): WarehouseItemPage {
    return { items: this.warehouses.all().map(toWarehouseItem), nextCursor: null };
  }

  @Get(':code')
  @LogAction('warehouses.get')
  @ApiOperation({ summary: 'One warehouse' })
  @ApiOkResponse({ type: WarehouseItem })
  get(@Param('code') code: string): WarehouseItem {
    const found = this.warehouses.find(code);
    if (!found) throw new NotFoundError('problems.not-found.warehouse', { warehouse: code.slice(0, 60) });
    return toWarehouseItem(found);
  }

  @Post()
  @LogAction('warehouses.create')
  @ApiOperation({ summary: 'A further warehouse. What its ERP has there is read at once' })
  @ApiCreatedResponse({ type: WarehouseItem })
  async create(
    @Body() { code, ...fields }: WarehouseDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarehouseItem> {
    const { name, priority = 0, active = true, erp = null, channels = [] } = fields;
    const made = await this.setup.create(code, {
      name,
      priority,
      active,
      erp: plain(erp),
      channels: channels.map(plain),
    });
    void reply.header('location', `/warehouses/${code}`);
    return toWarehouseItem(made);
  }

  @Patch(':code')
  @LogAction('warehouses.change')
  @ApiOperation({
    summary:
      'Change a warehouse; what is left out stays as it is. 409 where another system would decide what was counted, without handOver',
  })
  @ApiOkResponse({ type: WarehouseItem })
  async change(@Param('code') code: string, @Body() change: WarehouseChangeDto): Promise<WarehouseItem> {
    return toWarehouseItem(await this.setup.change(code, given(change), change.handOver));
  }
}

/** Only given fields: an absent field must not overwrite a stored one. */
function given({ name, priority, active, erp, channels }: WarehouseChangeDto): Partial<WarehouseFields> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(priority === undefined ? {} : { priority }),
    ...(active === undefined ? {} : { active }),
    ...(erp === undefined ? {} : { erp: plain(erp) }),
    ...(channels === undefined ? {} : { channels: channels.map(plain) }),
  };
}

/** The database accepts plain objects only. */
function plain<T extends object | null>(value: T): T {
  return value === null ? value : { ...value };
}
