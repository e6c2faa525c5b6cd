import { defaultSettings, type FalabellaSettings } from '../settings.js';
import { advanceFeeds, createFeed } from './feeds.js';
import { passFeedGate } from './limits.js';
import { type FalabellaState, freshState } from './state.js';

const line = (quantity: number) => [{ sku: 'PROD-001', quantity: String(quantity), warehouse: null }];

describe('the feeds of the simulated Falabella', () => {
  let state: FalabellaState;
  let settings: FalabellaSettings;
  beforeEach(() => {
    state = freshState();
    settings = defaultSettings().falabella;
  });
  const quantity = (): number | undefined => state.products['PROD-001']?.warehouses['GSC-SC-0001']?.quantity;

  it('wait, are processed and end as time passes', () => {
    const feed = createFeed(state, settings, 'ProductStockUpdate', line(5));
    expect(feed.finishAt - feed.createdAt).toBe(1000);
    advanceFeeds(state, settings, feed.createdAt + 100);
    expect([feed.status, quantity()]).toEqual(['Queued', 107]);
    advanceFeeds(state, settings, feed.createdAt + 500);
    expect([feed.status, quantity()]).toEqual(['Processing', 107]);
    expect(advanceFeeds(state, settings, feed.createdAt + 1000).ended).toEqual([feed]);
    expect([feed.status, quantity()]).toEqual(['Finished', 5]);
  });

  it('are applied in the order in which they end, which may differ from their arrival', () => {
    settings.feedReorder = true;
    const first = createFeed(state, settings, 'ProductStockUpdate', line(1));
    const second = createFeed(state, settings, 'ProductStockUpdate', line(2));
    expect(advanceFeeds(state, settings, second.finishAt).ended).toEqual([second]);
    expect(quantity()).toBe(2);
    expect(advanceFeeds(state, settings, first.finishAt).ended).toEqual([first]);
    expect(quantity()).toBe(1);
  });

  it('may take longer', () => {
    settings.feedDelayMs = 5000;
    const feed = createFeed(state, settings, 'ProductStockUpdate', line(1));
    expect(feed.finishAt - feed.createdAt).toBe(6000);
  });

  it('are counted: a burst, then one per interval, and a new burst each day of 720 intervals', () => {
    Object.assign(settings, { feedBurst: 2, feedIntervalMs: 1000 });
    const start = 1_000_000_000;
    const pass = (afterMs: number): boolean => passFeedGate(state, settings, start + afterMs);
    expect([pass(0), pass(1), pass(2), pass(900), pass(1001), pass(1500), pass(2001)]).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
    expect([pass(720_000), pass(720_001), pass(720_002)]).toEqual([true, true, false]);
  });
});
