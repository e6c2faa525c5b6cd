import { startReal } from './support/rig.js';
import { takenSuite } from './suites/taken.suite.js';

takenSuite(startReal);
