import { catalogue, type CatalogueEntry } from '../catalogue.js';
import { type Env } from './env.js';
import { createWarehouse } from './models/warehouse.js';
import { type ModelName } from './rows.js';
import { schema } from './schema.js';
import { newQuant } from './stock/quants.js';

/** The ids of a fresh database. */
const ids = {
  vendors: 1,
  customers: 2,
  stock: 5,
  adjustment: 11,
  receipts: 1,
  deliveries: 2,
  automationAction: 303,
} as const;

/** Definitions that follow from the schema; created at every start and never stored. */
export const derivedModels: readonly ModelName[] = ['ir.model', 'ir.model.fields'];

export function seedDefinitions(env: Env): void {
  for (const [model, definition] of Object.entries(schema)) {
    const row = env.store.insert('ir.model', { name: definition.label, model });
    for (const [name, field] of Object.entries(definition.fields)) {
      env.store.insert('ir.model.fields', {
        name,
        model,
        model_id: row.id,
        ttype: field.type,
        field_description: name,
      });
    }
  }
}

export function seedDatabase(env: Env): void {
  const { store } = env;
  store.insert('res.company', { name: 'Tienda de ejemplo' });
  store.insert('res.users', { name: 'OdooBot', login: '__system__', company_id: 1 }, 1);
  store.insert('res.users', { name: 'Administrator', login: 'admin', company_id: 1 }, 2);
  store.insert('uom.uom', { name: 'Units', active: true, relative_factor: 1, relative_uom_id: false });
  store.insert('ir.config_parameter', { key: 'web.base.url', value: 'http://localhost:8069' });
  location(env, 1, 'Vendors', 'supplier');
  location(env, 2, 'Customers', 'customer');
  location(env, 11, 'Inventory adjustment', 'inventory');
  createWarehouse(env, 'Bodega principal', 'WH', {
    warehouse: 1,
    view: 4,
    stock: ids.stock,
    receipts: ids.receipts,
    deliveries: ids.deliveries,
    internal: 3,
  });
  if (env.settings.warehouses > 1) createWarehouse(env, 'Bodega norte', 'BN');
  for (const entry of catalogue) addProduct(env, entry);
}

/** A product with stock, unless `more` says otherwise, with its units in the main warehouse. Gives back its id. */
export function addProduct(
  env: Env,
  entry: CatalogueEntry,
  more: { is_storable?: boolean; type?: string } = {},
): number {
  const { store } = env;
  const template = store.insert('product.template', { name: entry.name });
  const product = store.insert('product.product', {
    name: entry.name,
    default_code: entry.sku,
    barcode: false,
    type: 'consu',
    is_storable: true,
    active: true,
    list_price: entry.price,
    product_tmpl_id: template.id,
    uom_id: 1,
    company_id: false,
    ...more,
  });
  newQuant(env, product.id, ids.stock, entry.quantity);
  newQuant(env, product.id, ids.adjustment, -entry.quantity);
  return product.id;
}

function location(env: Env, id: number, name: string, usage: string): void {
  env.store.insert(
    'stock.location',
    { name, complete_name: name, usage, location_id: false, active: true, company_id: 1 },
    id,
  );
}

/** The rule that notifies the app about stock changes. Created once; its address is set to the app's at every start. */
export function seedAutomation(env: Env, url: string): void {
  const existing = env.store.get('ir.actions.server', ids.automationAction);
  if (existing) {
    if (existing.webhook_url !== url) env.store.update('ir.actions.server', existing.id, { webhook_url: url });
    return;
  }
  const modelId = env.store.by('ir.model', 'model', 'stock.quant')[0]?.id ?? false;
  const fields = (names: string[]): number[] => {
    const known = env.store.by('ir.model.fields', 'model', 'stock.quant');
    return names.flatMap((name) => known.find((field) => field.name === name)?.id ?? []);
  };
  env.store.insert(
    'ir.actions.server',
    {
      name: 'stock changed',
      model_id: modelId,
      state: 'webhook',
      usage: 'base_automation',
      webhook_url: url,
      webhook_field_ids: fields(['product_id', 'location_id', 'warehouse_id', 'quantity', 'reserved_quantity']),
    },
    ids.automationAction,
  );
  env.store.insert('base.automation', {
    name: 'stock changed',
    model_id: modelId,
    active: true,
    trigger: 'on_create_or_write',
    filter_domain: "[('location_id.usage','=','internal')]",
    filter_pre_domain: false,
    trigger_field_ids: fields(['quantity', 'reserved_quantity']),
    action_server_ids: [ids.automationAction],
  });
}
