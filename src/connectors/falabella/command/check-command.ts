import { type FalabellaConnector } from '../falabella.connector.js';
import { type FalabellaService } from '../falabella.service.js';
import { type Account } from '../seller-center.service.js';
import { type Terminal } from './terminal.js';

/**
 * Tests the credentials and shows what the account has. GetBrands would accept a wrong key, too, so it
 * asks for a product.
 */
export async function checkCommand(
  api: FalabellaService,
  connector: FalabellaConnector,
  account: Account,
  terminal: Terminal,
): Promise<void> {
  const { total, received } = await api.getProducts({ offset: 0, limit: 1 }, account);
  terminal.say(`products: ${total ?? (received > 0 ? 'at least one' : 'none')}`);
  const yesterday = new Date(Date.now() - 24 * 3_600_000);
  const orders = await connector.changedOrders(yesterday, null, account);
  terminal.say(`orders that changed lately: ${orders.items.length}${orders.nextCursor === null ? '' : ' or more'}`);
  for (const { name, facilityId, sellerWarehouseId, isDefault, fulfilledByFalabella } of await api.getWarehouses(
    account,
  )) {
    const kind = fulfilledByFalabella ? "Falabella's own, never pushed to" : isDefault ? 'main warehouse' : 'warehouse';
    terminal.say(`${kind}: ${name} (facility ${facilityId || '-'}, seller ${sellerWarehouseId || '-'})`);
  }
}
