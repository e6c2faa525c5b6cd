import { startReal } from './support/rig.js';
import { crashSuite } from './suites/crash.suite.js';

crashSuite(startReal);
