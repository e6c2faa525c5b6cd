import { falabellaBench } from './falabella.bench.js';
import { conformanceSuite } from './suite.js';

conformanceSuite('Falabella', { role: 'channel' }, falabellaBench);
