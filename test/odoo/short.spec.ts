import { startReal } from './support/rig.js';
import { shortSuite } from './suites/short.suite.js';

shortSuite(startReal);
