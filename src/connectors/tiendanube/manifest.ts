import en from './words/en.json' with { type: 'json' };
import es from './words/es.json' with { type: 'json' };
import pt from './words/pt.json' with { type: 'json' };
import { letterMark } from '../letter-mark.js';
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
  pushLimitMs: 25_000,
  settings: TIENDANUBE_SETTINGS,
  words: { en, es, pt },
  logo: letterMark('T', '#0059d5'),
};
