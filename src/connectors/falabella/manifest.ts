import { type Manifest } from '../manifest.js';
import { MAX_STOCK_ITEMS } from './stock-request.js';

export const MANIFEST: Manifest = {
  name: 'falabella',
  label: 'Falabella Seller Center',
  role: 'channel',
  topics: ['order', 'stock', 'event'],
  pushBatchSize: MAX_STOCK_ITEMS,
};
