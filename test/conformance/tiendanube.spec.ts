import { conformanceSuite } from './suite.js';
import { tiendanubeBench } from './tiendanube.bench.js';

conformanceSuite('Tiendanube', { role: 'channel', lacks: ['findPush', 'planPush'] }, tiendanubeBench);
