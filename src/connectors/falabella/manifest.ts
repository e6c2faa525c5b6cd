import { type Manifest } from '../manifest.js';
import { FALABELLA_SETTINGS } from './settings.js';
import { MAX_STOCK_ITEMS } from './stock-request.js';
import { FALABELLA_WEBHOOKS } from './webhook-routes.js';

export const MANIFEST: Manifest = {
  name: 'falabella',
  label: 'Falabella Seller Center',
  role: 'channel',
  webhooks: FALABELLA_WEBHOOKS,
  pushBatchSize: MAX_STOCK_ITEMS,
  settings: FALABELLA_SETTINGS,
};
