import { randomBytes } from 'node:crypto';
import { loadConfig } from '../config/app-config.js';
import { announcement } from './announcement.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  API_KEYS: 'ops:0123456789abcdef',
  CREDENTIALS_KEYS: `first:${randomBytes(32).toString('base64')}`,
};

describe('what the start says', () => {
  it('is one line', () => {
    expect(announcement(loadConfig({}, []), 3000)).toEqual([
      'stock-orchestrator listens on port 3000 (development, publishing live, API OPEN: no API_KEYS)',
    ]);
  });

  it('names in production what is missing in front', () => {
    const config = loadConfig(PRODUCTION, []);
    expect(announcement(config, 3000)).toEqual([
      expect.stringContaining('listens on port 3000 (production'),
      expect.stringMatching(/plain HTTP on 0\.0\.0\.0:3000.*TLS.*docs\/deployment\.md/),
    ]);
  });
});
