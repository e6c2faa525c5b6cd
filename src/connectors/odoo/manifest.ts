import en from './words/en.json' with { type: 'json' };
import es from './words/es.json' with { type: 'json' };
import pt from './words/pt.json' with { type: 'json' };
import { letterMark } from '../letter-mark.js';
import { type Manifest } from '../manifest.js';
import { ODOO_WEBHOOKS } from './webhook-routes.js';
import { ODOO_SETTINGS } from './settings.js';

export const MANIFEST: Manifest = {
  name: 'odoo',
  label: 'Odoo',
  role: 'erp',
  webhooks: ODOO_WEBHOOKS,
  pushBatchSize: 0,
  pushLimitMs: 0,
  settings: ODOO_SETTINGS,
  stockPath: '/odoo/stock',
  words: { en, es, pt },
  logo: letterMark('O', '#714b67'),
};
