import { startReal } from './support/rig.js';
import { listSuite } from './suites/list.suite.js';

listSuite(startReal);
