/** `npm run env-example`: writes `.env.example` from the settings of the core and of each connector. */
import { writeFileSync } from 'node:fs';
import { envExample } from '../../config/env-example.js';
import { MANIFESTS } from '../../connectors/index.js';

writeFileSync('.env.example', envExample(MANIFESTS));
