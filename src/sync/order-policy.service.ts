import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connectors/connections.service.js';
import { type OrderSwitches } from '../orders/order.types.js';
import { type Sourcing } from '../orders/planner.js';
import { OrderPolicy } from '../orders/sourcing.js';
import { LEDGER } from '../stock/ledger.types.js';

/** The one warehouse that orders are served from. */
export const MAIN_WAREHOUSE = 'main';

/** Orders are served from the main warehouse; the ERP decides what is there, where there is one. */
@Injectable()
export class ConnectionOrderPolicy extends OrderPolicy {
  constructor(private readonly connections: ConnectionsService) {
    super();
  }

  sourcing(): Sourcing {
    return { warehouse: MAIN_WAREHOUSE, master: this.connections.erp()?.connection.id ?? LEDGER };
  }

  switches(): OrderSwitches {
    return { reserveAt: 'created', deliverAt: 'confirmed', deliverUnpaid: false, reservationHours: null };
  }
}
