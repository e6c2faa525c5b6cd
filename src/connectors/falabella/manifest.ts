import en from './words/en.json' with { type: 'json' };
import es from './words/es.json' with { type: 'json' };
import pt from './words/pt.json' with { type: 'json' };
import { letterMark } from '../letter-mark.js';
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
  pushLimitMs: 60_000,
  settings: FALABELLA_SETTINGS,
  words: { en, es, pt },
  logo: letterMark('F', '#5b8c00'),
};
