import { startSandbox, type Sandbox } from '../../sandbox/server.js';
import { type SettingsPatch } from '../../sandbox/settings.js';
import { setLeaseTtlMs } from '../../src/common/lease-times.js';
import { Books } from './books.js';
import { Caller, type Answer } from './caller.js';
import { runApp, type RunningApp } from './running-app.js';
import { eventually, waitFor } from './wait.js';

/** Starting and waiting take longer than jest's own five seconds. */
interface PageOf<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/**
 * A shop in this process over a sandbox of its own, so that a test can read it over HTTP and also call its
 * services.
 */
export class ViewedShop {
  private constructor(
    readonly running: RunningApp,
    readonly sandbox: Sandbox,
    readonly call: Caller,
    readonly books: Books,
  ) {}

  static async ready(label: string, settings: SettingsPatch = {}): Promise<ViewedShop> {
    setLeaseTtlMs(1_500);
    const { falabella, odoo } = settings;
    const quick = { feedDurationMs: 50, feedLimit: false, ...falabella };
    const sandbox = await startSandbox({
      settings: { falabella: quick, ...(odoo ? { odoo } : {}) },
      say: () => undefined,
    });
    const running = await runApp(label, {
      SANDBOX_URL: sandbox.url,
      SWEEP_INTERVAL_MS: '100',
      FALABELLA_PUSH_INTERVAL_MS: '0',
    });
    const { db } = running.connection;
    if (!db) throw new Error('there is no database');
    const shop = new ViewedShop(running, sandbox, new Caller(running.url), new Books(db));
    await waitFor(
      'the catalogue is read',
      async () => (await shop.books.count('listings')) >= sandbox.state().falabella.stock.length,
    );
    await shop.quiet();
    return shop;
  }

  /** Waits until no work is left. */
  async quiet(): Promise<void> {
    await eventually('nothing is left to do', async () => expect(await this.books.toDo()).toEqual([]), {
      withinMs: 30_000,
    });
  }

  async get<Body = Record<string, unknown>>(path: string): Promise<Body> {
    const answer = await this.call.get(path);
    expect({ path, status: answer.status, ...(answer.status === 200 ? {} : answer.body) }).toEqual({
      path,
      status: 200,
    });
    return answer.body as Body;
  }

  /** Every item of a list, page by page. */
  async all<Item>(path: string, limit: number): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: PageOf<Item> = await this.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  }

  /** The fields that an answer reports as wrong. */
  async wrongFields(answer: Promise<Answer>): Promise<string[]> {
    const { status, body, type } = await answer;
    expect({ status, type: type.split(';')[0] }).toEqual({ status: 400, type: 'application/problem+json' });
    return (body.errors as { field: string }[]).map((error) => error.field);
  }

  async close(): Promise<void> {
    await this.running.stop();
    await this.sandbox.close();
    setLeaseTtlMs(10_000);
  }
}
