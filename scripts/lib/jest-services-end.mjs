export { tearDown as default } from './jest-services.mjs';
