import { odooBench } from './odoo.bench.js';
import { conformanceSuite } from './suite.js';

conformanceSuite('Odoo', { role: 'erp' }, odooBench);
