import { Module } from '@nestjs/common';
import { FalabellaConnector } from './falabella.connector.js';
import { FalabellaClientOptions } from './falabella.options.js';
import { FalabellaService } from './falabella.service.js';

/** Everything about Falabella Seller Center. Needs the seam to the outside (`OutboundModule`). */
@Module({
  providers: [FalabellaClientOptions, FalabellaService, FalabellaConnector],
  exports: [FalabellaConnector, FalabellaService],
})
export class FalabellaModule {}
