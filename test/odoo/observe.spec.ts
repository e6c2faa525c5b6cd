import { startReal } from './support/rig.js';
import { observeSuite } from './suites/observe.suite.js';

observeSuite(startReal);
