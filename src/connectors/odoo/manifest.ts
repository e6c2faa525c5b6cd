import { type Manifest } from '../manifest.js';
import { ODOO_WEBHOOKS } from './webhook-routes.js';
import { ODOO_SETTINGS } from './settings.js';

export const MANIFEST: Manifest = {
  name: 'odoo',
  label: 'Odoo',
  role: 'erp',
  webhooks: ODOO_WEBHOOKS,
  pushBatchSize: 0,
  settings: ODOO_SETTINGS,
  stockPath: '/odoo/stock',
};
