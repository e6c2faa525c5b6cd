import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { productVersion } from '../start/version.js';

class ServiceCard {
  @ApiProperty({ example: 'stock-orchestrator' })
  service!: string;

  @ApiProperty({ example: '0.1.0' })
  version!: string;

  @ApiProperty({ description: 'Seconds since the start' })
  uptime!: number;

  @ApiProperty({ description: 'Where to go on', type: 'object', additionalProperties: { type: 'string' } })
  links!: Record<string, string>;
}

@ApiTags('health')
@Controller()
export class RootController {
  private readonly version = productVersion();

  @Get()
  @LogAction('service.show', { public: true })
  @ApiOperation({ summary: 'What answers here' })
  @ApiOkResponse({ type: ServiceCard })
  show(): ServiceCard {
    return {
      service: 'stock-orchestrator',
      version: this.version,
      uptime: Math.floor(process.uptime()),
      links: { health: '/health', logs: '/logs', docs: '/docs' },
    };
  }
}
