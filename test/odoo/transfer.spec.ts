import { startReal } from './support/rig.js';
import { transferSuite } from './suites/transfer.suite.js';

transferSuite(startReal);
