import { startReal } from './support/rig.js';
import { cancelSuite } from './suites/cancel.suite.js';

cancelSuite(startReal);
