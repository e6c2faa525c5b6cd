import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { type AlertReport } from '../src/alerts/alert-writes.js';
import { driftDetail, reasonDetail, type AlertDetail } from '../src/alerts/alert-details.js';
import { AlertsService } from '../src/alerts/alerts.service.js';
import { type AlertItem, type AlertItemPage } from '../src/alerts/alert-queries.dto.js';
import { setLeaseTtlMs } from '../src/common/lease-times.js';
import { type LogItemPage } from '../src/views/logs/log-item.dto.js';
import { runApp, until, type RunningApp } from './support/running-app.js';
import { Dice } from './support/dice.js';

/** Starting and waiting take longer than jest's own five seconds. */
const START_LIMIT_MS = 60_000;
const SECRET_PATH = '/services/T0000/B0000/verysecretaddress';

interface Posted {
  readonly text: string;
  readonly subject?: string;
  readonly state?: string;
  readonly count?: number;
}

/** Accepts what Slack's incoming webhook accepts. */
class WebhookReceiver {
  readonly posted: Posted[] = [];
  status = 200;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        if (this.status === 200) this.posted.push(JSON.parse(text) as Posted);
        response.writeHead(this.status).end(this.status === 200 ? 'ok' : 'no');
      });
    });
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${SECRET_PATH}`;
  }

  about(subject: string): Posted[] {
    return this.posted.filter((one) => one.subject === subject || one.text.includes(`${subject}:`));
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

const receiver = new WebhookReceiver();
let running: RunningApp;
const negative: AlertDetail = { code: 'alerts.negative.detail', params: { quantity: -1 } };
let alerts: AlertsService;

beforeAll(async () => {
  // Alerts that open within this time are posted together.
  setLeaseTtlMs(1_000);
  const url = await receiver.start();
  running = await runApp('alerts', { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_CLOSINGS: 'yes', SWEEP_INTERVAL_MS: '50' });
  alerts = running.app.get(AlertsService);
}, START_LIMIT_MS);

afterAll(async () => {
  await running?.stop();
  await receiver.stop();
  setLeaseTtlMs(10_000);
}, START_LIMIT_MS);

async function list(query = ''): Promise<AlertItemPage> {
  const answer = await fetch(`${running.url}/alerts${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as AlertItemPage;
}

const one = async (subject: string, query = '?state=all&limit=200'): Promise<AlertItem | undefined> =>
  (await list(query)).items.find((item) => item.subject === subject);

/** Makes everything due that was postponed. */
const hurry = () =>
  running.connection
    .collection('alerts')
    .updateMany({ 'notify.due': { $exists: true } }, { $set: { 'notify.due': new Date() } });

describe('the alert webhook', () => {
  it('is told of each opening once, however often it is raised, and that it closed', async () => {
    await alerts.raise('delivery_short', 'falabella/1', reasonDetail('delivery_short', 'not all in stock: 1 of 2 A'));
    await alerts.raise('delivery_short', 'falabella/1', reasonDetail('delivery_short', 'not all in stock: 0 of 2 A'));
    await until(
      async () => receiver.about('falabella/1'),
      (posted) => posted.length > 0,
    );
    await alerts.raise('delivery_short', 'falabella/1', reasonDetail('delivery_short', 'not all in stock: 0 of 2 A'));
    await alerts.close('delivery_short', 'falabella/1');
    await until(
      async () => receiver.about('falabella/1'),
      (posted) => posted.length > 1,
    );
    await alerts.raise('delivery_short', 'falabella/1', reasonDetail('delivery_short', 'again'));
    await until(
      async () => receiver.about('falabella/1'),
      (posted) => posted.length > 2,
    );
    expect(receiver.about('falabella/1').map(({ text }) => text)).toEqual([
      'delivery_short falabella/1: not all in stock: 0 of 2 A',
      'closed: delivery_short falabella/1',
      'delivery_short falabella/1: again',
    ]);
    expect(await one('falabella/1')).toMatchObject({ state: 'open', times: 1, told: true, detail: 'again' });
  });

  it('receives many openings in one message', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => alerts.raise('drift', `falabella/MANY-${i}`, driftDetail(1, 2))),
    );
    const [summary] = await until(
      async () => receiver.posted.filter((posted) => posted.count !== undefined),
      (found) => found.length > 0,
    );
    expect(summary).toMatchObject({ text: expect.stringContaining('drift') as string });
    await until(
      async () => (await list('?kind=drift&limit=200')).items,
      (items) => items.every((item) => item.told),
    );
    const told = receiver.posted.reduce(
      (sum, { count = 0, subject = '' }) => sum + count + (subject.includes('MANY-') ? 1 : 0),
      0,
    );
    expect(told).toBe(40);
    expect(receiver.posted.filter(({ subject = '' }) => subject.includes('MANY-')).length).toBeLessThanOrEqual(20);
  });

  it('receives alerts later if it was unreachable, and delays nothing', async () => {
    receiver.status = 503;
    await alerts.raise('connection_paused', 'tiendanube', reasonDetail('connection_paused', 'the token was refused'));
    const waiting = await until(
      async () =>
        (await fetch(`${running.url}/tasks?kind=alerts.notify`)).json() as Promise<{
          items: { id: string; error: string | null }[];
        }>,
      ({ items }) => items.some((item) => item.error !== null),
    );
    expect(waiting.items).toMatchObject([
      { id: 'connection_paused/tiendanube', state: 'retrying', error: 'the alert webhook answered 503' },
    ]);
    receiver.status = 200;
    await hurry();
    await until(
      async () => receiver.about('tiendanube'),
      (posted) => posted.length > 0,
    );
    await until(
      () => one('tiendanube'),
      (alert) => alert?.told === true,
    );
    expect(receiver.about('tiendanube')).toHaveLength(1);
  });

  it('keeps its address out of all logs', async () => {
    const { items } = (await (await fetch(`${running.url}/logs?action=alert.notify&limit=200`)).json()) as LogItemPage;
    expect(items.length).toBeGreaterThan(3);
    expect(new Set(items.map((item) => item.status))).toEqual(new Set(['success', 'error']));
    const logs = await running.connection.collection('logs').find().toArray();
    expect(JSON.stringify(logs)).not.toMatch(/verysecret|T0000/);
    expect(JSON.stringify(await running.connection.collection('alerts').find().toArray())).not.toMatch(/verysecret/);
  });
});

describe('alerts whose changes arrive out of order', () => {
  it('end with the highest version, whichever is written first', async () => {
    const dice = new Dice(20_260_102);
    for (let round = 0; round < 12; round++) {
      const subject = `main/ORDER-${round}`;
      const states = Array.from({ length: 2 + dice.roll(6) }, () => dice.roll(2) === 0);
      const reports = states.map((open, i): AlertReport => ({
        kind: 'oversold',
        subject,
        open,
        detail: { code: 'alerts.negative.detail', params: { quantity: -i - 1 } },
        version: i + 1,
        at: new Date(),
      }));
      const shuffled = dice.shuffled(reports);
      const half = dice.roll(shuffled.length);
      await Promise.all([
        alerts.follow(shuffled.slice(0, half)),
        ...shuffled.slice(half).map((report) => alerts.follow([report])),
      ]);
      const last = reports.at(-1);
      const stored = await running.connection
        .collection<{ _id: string; closedAt?: Date; version?: number }>('alerts')
        .findOne({ _id: `oversold/${subject}` });
      expect({ subject, open: stored?.closedAt === undefined, version: stored?.version }).toEqual({
        subject,
        open: last?.open,
        version: last?.version,
      });
    }
  });

  it('show nothing when they closed before they were posted', async () => {
    await alerts.follow([
      { kind: 'negative', subject: 'main/NEVER', open: false, detail: negative, version: 7, at: new Date() },
    ]);
    await alerts.follow([
      { kind: 'negative', subject: 'main/NEVER', open: true, detail: negative, version: 6, at: new Date() },
    ]);
    expect(await one('main/NEVER')).toBeUndefined();
    expect(receiver.about('main/NEVER')).toEqual([]);
  });
});

describe('GET /alerts', () => {
  it('lists open alerts, newest first, page by page without gap or repeat', async () => {
    await until(
      async () => (await list('?limit=200')).items,
      (items) => items.every((item) => item.told),
    );
    const all = (await list('?limit=200')).items;
    expect(all.length).toBeGreaterThan(40);
    expect(all.every((item) => item.state === 'open')).toBe(true);
    const paged: AlertItem[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: AlertItemPage = await list(`?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      paged.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    const times = paged.map((item) => new Date(item.openedAt).getTime());
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('filters by kind, state and time', async () => {
    await alerts.raise('unknown_status', 'falabella/9', {
      code: 'alerts.unknown_status.detail',
      params: { status: 'x' },
    });
    await alerts.close('unknown_status', 'falabella/9');
    expect((await list('?kind=unknown_status')).items).toEqual([]);
    expect((await list('?kind=unknown_status&state=closed')).items).toMatchObject([
      { subject: 'falabella/9', closedAt: expect.any(String) as string },
    ]);
    expect((await list('?kind=unknown_status&state=all')).items).toHaveLength(1);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect((await list(`?state=all&since=${tomorrow}`)).items).toEqual([]);
  });

  it.each(['?kind=none', '?state=ajar', '?since=yesterday', '?cursor=abc', '?limit=0', '?colour=red'])(
    'names the field at fault: %s',
    async (query) => {
      const answer = await fetch(`${running.url}/alerts${query}`);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { errors: { field: string }[] }).errors).toMatchObject([
        { field: query.slice(1).split('=')[0] },
      ]);
    },
  );
});

describe('an alert that a person closes', () => {
  it('is posted as closed, and opens again with its cause', async () => {
    const close = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${running.url}/alerts/close`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const id = 'delivery_partial/falabella/2';
    await alerts.raise('delivery_partial', 'falabella/2', reasonDetail('delivery_partial', '1 of 2 A were delivered'));
    await until(
      async () => receiver.about('falabella/2'),
      (posted) => posted.length > 0,
    );
    for (let times = 0; times < 2; times++)
      expect(await close({ id })).toMatchObject({ status: 200, body: { id, state: 'closed' } });
    await until(
      async () => receiver.about('falabella/2'),
      (posted) => posted.some(({ text }) => text === 'closed: delivery_partial falabella/2'),
    );
    await alerts.raise('delivery_partial', 'falabella/2', reasonDetail('delivery_partial', '1 of 2 A were delivered'));
    expect(await one('falabella/2')).toMatchObject({ state: 'open' });
    expect(await close({ id: 'delivery_partial/nobody' })).toMatchObject({ status: 404 });
    expect(await close({ id: { $ne: '' } })).toMatchObject({ status: 400, body: { errors: [{ field: 'id' }] } });
  });
});

describe('the language of an answer', () => {
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${running.url}${path}`, { headers });

  it('is the one that the reader asks for', async () => {
    await alerts.raise('negative', 'main/IN-WORDS', negative);
    const answer = await get('/alerts?kind=negative', { 'accept-language': 'es-CL,es;q=0.9' });
    const { items } = (await answer.json()) as AlertItemPage;
    expect(items.find(({ subject }) => subject === 'main/IN-WORDS')).toMatchObject({
      title: 'Stock bajo cero',
      detail: 'la cantidad es -1',
      code: 'alerts.negative.detail',
      params: { quantity: -1 },
    });
  });

  it('has all its texts at one address, which is read again only when they change', async () => {
    expect(await (await get('/words')).json()).toEqual({ languages: ['en', 'es', 'pt'], default: 'en' });
    const answer = await get('/words/pt');
    const { words } = (await answer.json()) as { words: Record<string, string> };
    expect(words['alerts.negative.detail']).toBe('a quantidade é {quantity}');
    const etag = answer.headers.get('etag') ?? '';
    expect((await get('/words/pt', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/words/en', { 'if-none-match': etag })).status).toBe(200);
    expect((await get('/words/xx')).status).toBe(404);
    expect(words['odoo.wrong_key.problem']).toBe('O Odoo não aceita a chave de API');
    const logo = await get('/connectors/odoo/logo');
    expect([logo.status, logo.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
    expect(await logo.text()).toMatch(/^<svg /);
    const missing = await get('/connectors/nobody/logo', { 'accept-language': 'es' });
    expect(await missing.json()).toMatchObject({
      title: 'No encontrado',
      code: 'problems.not-found.logo',
      params: { connector: 'nobody' },
    });
  });
});
