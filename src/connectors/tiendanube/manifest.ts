import { type Manifest } from '../manifest.js';
import { TIENDANUBE_SETTINGS } from './settings.js';
import { MOST_VARIANTS } from './stock/stock-request.js';
import { TIENDANUBE_WEBHOOKS } from './webhook-routes.js';

export const MANIFEST: Manifest = {
  name: 'tiendanube',
  label: 'Tiendanube',
  role: 'channel',
  webhooks: TIENDANUBE_WEBHOOKS,
  pushBatchSize: MOST_VARIANTS,
  settings: TIENDANUBE_SETTINGS,
};
