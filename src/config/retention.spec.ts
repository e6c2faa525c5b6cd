import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from './app-config.js';
import { expiryOf, setRetention } from './retention.js';

const FROM = new Date('2026-01-01T00:00:00Z');

describe('how long documents are kept', () => {
  afterAll(() => setRetention(loadConfig({}, []).values));

  it('is as documented where nothing is set', () => {
    expect(expiryOf('EVENT_TTL_DAYS', FROM)).toEqual(new Date('2026-03-02T00:00:00Z'));
  });

  it('is what the environment says', () => {
    setRetention(loadConfig({ EVENT_TTL_DAYS: '31' }, []).values);
    expect(expiryOf('EVENT_TTL_DAYS', FROM)).toEqual(new Date('2026-02-01T00:00:00Z'));
  });

  it('is never shorter for an event than a platform repeats it', () => {
    expect(() => loadConfig({ EVENT_TTL_DAYS: '30' }, [])).toThrow('EVENT_TTL_DAYS');
  });
});
