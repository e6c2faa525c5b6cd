import { type Manifest } from '../manifest.js';

export const MANIFEST: Manifest = {
  name: 'odoo',
  label: 'Odoo',
  role: 'erp',
  topics: ['stock-change'],
  pushBatchSize: 0,
};
