import { type Manifest } from '../manifest.js';
import { MOST_VARIANTS } from './stock/stock-request.js';
import { EVENT_TOPIC, PRIVACY_TOPICS } from './tiendanube.codec.js';

export const MANIFEST: Manifest = {
  name: 'tiendanube',
  label: 'Tiendanube',
  role: 'channel',
  topics: [EVENT_TOPIC, ...Object.keys(PRIVACY_TOPICS)],
  pushBatchSize: MOST_VARIANTS,
};
