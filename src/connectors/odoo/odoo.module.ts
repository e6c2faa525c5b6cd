import { Module } from '@nestjs/common';
import { OdooConnector } from './odoo.connector.js';
import { OdooService } from './odoo.service.js';

/** The Odoo connector. Calls out need the global `OutboundModule`. */
@Module({ providers: [OdooService, OdooConnector], exports: [OdooService, OdooConnector] })
export class OdooModule {}
