import { SilenceReview } from '../src/alert-review/silence-review.service.js';
import { AlertsService } from '../src/alerts/alerts.service.js';
import { SILENCE_ALERT_MS } from '../src/config/retry-delays.js';
import { ConnectionCache } from '../src/connections/connection-cache.js';
import { ConnectionsService } from '../src/connections/connections.service.js';
import { ConnectionSetup } from '../src/onboarding/connection-setup.service.js';
import { OrdersRepository } from '../src/orders/orders.repository.js';
import { FailurePolicy } from '../src/outages/failure-policy.service.js';
import { LeasedListings } from '../src/publishing/leased-listings.repository.js';
import { PushesRepository, pushId } from '../src/publishing/pushes.repository.js';
import { WebhookEventsRepository } from '../src/webhook-events/webhook-events.repository.js';
import { BACKLOG_LIMIT_MS } from '../src/health/health-checks.service.js';
import { Sweeper } from '../src/workers/sweeper.service.js';
import { runApp, type RunningApp } from './support/running-app.js';

const PAST_MS = BACKLOG_LIMIT_MS + 60_000;
const HOUR_MS = 3_600_000;

/** What waits on purpose is not left lying, and a time that a wrong clock wrote holds nothing up. */
describe('work that waits', () => {
  let running: RunningApp;

  beforeAll(async () => {
    // Its own sweeps would serve what the tests store.
    const odoo = { ODOO_URL: 'http://127.0.0.1:9', ODOO_DB: 'shop', ODOO_API_KEY: 'key' };
    running = await runApp('overdue', { SWEEP_INTERVAL_MS: '600000', ...odoo });
  });
  afterAll(async () => running?.stop());

  const collection = (name: string) => running.connection.collection<{ _id: string }>(name);
  const oldestMs = () => running.app.get(Sweeper).oldestMs();
  /** As if it had been stored earlier. */
  const age = (name: string, _id: string, field: string) =>
    collection(name).updateOne({ _id }, { $set: { [`${field}.since`]: new Date(Date.now() - PAST_MS) } });
  const event = async (_id: string) => {
    const now = new Date();
    await collection('webhook_events').insertOne({
      _id,
      connection: 'falabella',
      intent: { kind: 'order', orderId: _id },
      receivedAt: now,
      repeats: 0,
      handle: { requested: 1, processed: 0, since: now, due: new Date(now.getTime() + HOUR_MS) },
      schemaVersion: 1,
    } as never);
  };
  const push = async () => {
    const _id = pushId();
    const pushes = running.app.get(PushesRepository);
    const deadline = new Date(Date.now() + 2 * BACKLOG_LIMIT_MS);
    await pushes.create({ _id, connection: 'falabella', items: [], orderIds: [], correlationIds: [], deadline });
    await age('listing_pushes', _id, 'follow');
    return { _id, deadline };
  };

  it('is overdue when it should have been done long ago', async () => {
    await event('late');
    await age('webhook_events', 'late', 'handle');
    expect(await oldestMs()).toBeGreaterThan(BACKLOG_LIMIT_MS);
    await collection('webhook_events').deleteMany({});
    expect(await oldestMs()).toBe(0);
  });

  it('is not overdue when an event was put off because the platform did not show everything yet', async () => {
    await event('early');
    await age('webhook_events', 'early', 'handle');
    await running.app.get(WebhookEventsRepository).reschedule('early', HOUR_MS);
    expect(await oldestMs()).toBe(0);
    await collection('webhook_events').deleteMany({});
  });

  it('is not overdue when a push had an unclear answer, or none', async () => {
    const pushes = running.app.get(PushesRepository);
    const [unclear, lost] = [await push(), await push()];
    await pushes.markUnclear(unclear, 'no answer');
    await pushes.markLost(lost._id, lost.deadline, 'no answer');
    expect(await oldestMs()).toBe(0);
    await collection('listing_pushes').deleteMany({});
  });

  it('is as old as what is left to do, when it is requested again and again', async () => {
    const events = running.app.get(WebhookEventsRepository);
    await event('again');
    await age('webhook_events', 'again', 'handle');
    await collection('webhook_events').updateOne({ _id: 'again' }, { $inc: { 'handle.requested': 1 } });
    await events.recordOutcome('again', 1, 'done');
    expect(await oldestMs()).toBeLessThan(BACKLOG_LIMIT_MS);
    expect(await oldestMs()).toBeGreaterThanOrEqual(0);
    await collection('webhook_events').deleteMany({});
  });

  it('names each unknown SKU once, however many orders wait for it', async () => {
    const due = new Date(Date.now() + HOUR_MS);
    const order = (n: number, unmapped: string[], waits = true) => ({
      _id: `falabella/W-${n}`,
      unmapped,
      ...(waits ? { review: { requested: 2, processed: 1, since: due, due } } : {}),
    });
    const waiting = Array.from({ length: 50 }, (_, n) => order(n, [n % 2 === 0 ? 'EVEN' : 'ODD', 'BOTH']));
    await collection('orders').insertMany([...waiting, order(50, []), order(51, ['OVER'], false)] as never[]);
    const skus = await running.app.get(OrdersRepository).unmappedSkus(10);
    expect([...skus].sort()).toEqual(['BOTH', 'EVEN', 'ODD']);
    await collection('orders').deleteMany({});
  });

  it('is free when a clock that was wrong leased it far ahead', async () => {
    const leased = running.app.get(LeasedListings);
    const now = new Date();
    const base = { connection: 'falabella', push: { requested: 1, processed: 0, since: now, due: now }, causes: [] };
    const until = (ms: number) => new Date(now.getTime() + ms);
    await collection('listings').insertMany([
      { _id: 'falabella/A', sku: 'A', lease: { owner: 'gone', until: until(24 * HOUR_MS) }, ...base },
      { _id: 'falabella/B', sku: 'B', notBefore: until(24 * HOUR_MS), ...base },
      { _id: 'falabella/C', sku: 'C', lease: { owner: 'other', until: until(60_000) }, ...base },
      { _id: 'falabella/D', sku: 'D', notBefore: until(60_000), ...base },
    ] as never[]);
    const claimed = await leased.claim('falabella', 'me', until(5_000), 10);
    expect(claimed.map(({ sku }) => sku).sort()).toEqual(['A', 'B']);
    await collection('listings').deleteMany({});
  });

  it('is not blocked by a wait or a pause that a clock that was wrong stored', async () => {
    const connections = running.app.get(ConnectionsService);
    const until = (ms: number) => new Date(Date.now() + ms);
    const set = async (change: object) => {
      await collection('connections').updateOne({ _id: 'falabella' }, { $set: change }, { upsert: true });
    };
    await set({ connector: 'falabella' });
    await connections.waitUntil('falabella', until(60_000));
    expect(await connections.blockedUntil('falabella')).toBeInstanceOf(Date);
    await set({ waitUntil: until(HOUR_MS + 60_000), waitSetAt: until(HOUR_MS) });
    // Setting a wait replaces the wrong one.
    await connections.waitUntil('falabella', until(50));
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await connections.blockedUntil('falabella')).toBeNull();
    await set({ paused: { at: until(HOUR_MS), reason: 'x' } });
    await connections.waitUntil('falabella', until(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await connections.blockedUntil('falabella')).toBeNull();
  });

  it('is an alert when a platform has asked for no calls for minutes, until a person resumes it', async () => {
    const connections = running.app.get(ConnectionsService);
    const alerts = async () => {
      await running.app.get(ConnectionCache).refresh();
      await running.app.get(SilenceReview).review();
      return (await running.app.get(AlertsService).openAbout('odoo')).map(({ kind }) => kind);
    };
    const ask = () => connections.waitUntil('odoo', new Date(Date.now() + HOUR_MS));
    const begun = (ms: number) =>
      collection('connections').updateOne({ _id: 'odoo' }, { $set: { silentSince: new Date(Date.now() - ms) } });
    await running.app.get(ConnectionSetup).resume('odoo');
    await ask();
    expect(await alerts()).toEqual([]);
    await begun(SILENCE_ALERT_MS);
    await ask();
    expect(await alerts()).toEqual(['connection_silent']);
    // A call that was under way when the wait began does not end it.
    running.app.get(FailurePolicy).recordSuccess('odoo');
    expect(await alerts()).toEqual(['connection_silent']);

    await running.app.get(ConnectionSetup).resume('odoo');
    expect(await connections.blockedUntil('odoo')).toBeNull();
    expect((await running.app.get(AlertsService).openAbout('odoo')).map(({ kind }) => kind)).toEqual([]);
    await ask();
    expect(await alerts()).toEqual([]);
  });

  it('is silent for an hour at most, whatever a platform asks for, and for no time that an older release stored', async () => {
    const connections = running.app.get(ConnectionsService);
    const stored = collection('connections');
    await stored.updateOne({ _id: 'falabella' }, { $unset: { paused: '', waitSetAt: '', waitUntil: '' } });
    await connections.waitUntil('falabella', new Date(Date.now() + 99_999_999_999_000));
    const until = (await connections.blockedUntil('falabella')) as Date;
    expect(until.getTime()).toBeLessThanOrEqual(Date.now() + HOUR_MS);
    await stored.updateOne(
      { _id: 'falabella' },
      { $set: { waitUntil: new Date('5195-01-01'), waitSetAt: new Date() } },
    );
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await connections.blockedUntil('falabella')).toBeNull();
    await connections.waitUntil('falabella', new Date(Date.now() + 60_000));
    const again = (await connections.blockedUntil('falabella')) as Date;
    expect(again.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
  });
});
