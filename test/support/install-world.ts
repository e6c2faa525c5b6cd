import { randomBytes } from 'node:crypto';
import { startSandbox, type Sandbox } from '../../sandbox/server.js';
import { type Books } from './books.js';
import { type Answer } from './caller.js';
import { ownDatabase } from './running-app.js';

/** The environment of an application that store owners can connect to. */
export function appOf({
  port,
  sandboxUrl,
  secret,
  key,
}: Readonly<Record<'sandboxUrl' | 'secret' | 'key', string>> & { port: number }) {
  return {
    MONGODB_URI: ownDatabase('install'),
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    API_KEYS: `ops:${key}`,
    CREDENTIALS_KEYS: `one:${randomBytes(32).toString('base64')}`,
    TIENDANUBE_API_URL: `${sandboxUrl}/tiendanube`,
    TIENDANUBE_AUTH_URL: `${sandboxUrl}/tiendanube`,
    TIENDANUBE_CLIENT_ID: '4321',
    TIENDANUBE_CLIENT_SECRET: secret,
    TIENDANUBE_PUSH_INTERVAL_MS: '0',
    ORDER_POLL_INTERVAL_MS: '1000',
    SWEEP_INTERVAL_MS: '250',
  };
}

/** The listings that wait to be published. */
export async function listingsToDo(books: Books): Promise<string[]> {
  return (await books.toDo()).filter((line) => line.startsWith('listing'));
}

/** A sandbox whose webhooks go to the application at this port. */
export function sandboxOf(port: number, clientSecret: string): Promise<Sandbox> {
  const appUrl = `http://127.0.0.1:${port}`;
  return startSandbox({ appUrl, settings: { tiendanube: { clientSecret } }, say: () => undefined });
}

/** An owner of stores in the sandbox, with a browser. */
export class StoreOwner {
  /** @param secrets every value that gives access; none may be found anywhere */
  constructor(
    private readonly sandboxUrl: string,
    readonly secrets: string[],
  ) {}

  /** Opens a store with ten of each of these SKUs, in which the app is not installed. */
  async opensStore(id: number, skus: readonly string[]): Promise<void> {
    await this.play('', { id, plan: 'next', locations: ['A'], installed: false });
    await this.play(`/${id}/catalogue`, { items: skus.map((sku) => ({ sku, stock: 10 })) });
  }

  /** Triggers an event at a store. */
  async play(path: string, body: object = {}): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.sandboxUrl}/_sandbox/tiendanube/stores${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBeLessThan(300);
    return (await answer.json()) as Record<string, unknown>;
  }

  /** The state of a new link. */
  async newState(post: (path: string) => Promise<Answer>): Promise<string> {
    const { status, body } = await post('/connectors/tiendanube/install-links');
    expect(status).toBe(201);
    const given = new URL(String(body.url)).searchParams.get('state') ?? '';
    this.secrets.push(given);
    return given;
  }

  /** Consents. Gives back the address to which the browser is redirected. */
  async consents(id: number, given?: string): Promise<string> {
    const { code, location } = await this.play(`/${id}/consent`, given === undefined ? {} : { state: given });
    this.secrets.push(String(code));
    return String(location);
  }

  /** Opens a page. @param token of the store by now */
  async visit(address: string, language: string, token: () => string | null) {
    const answer = await fetch(address, { headers: { 'accept-language': language } });
    const page = { status: answer.status, text: await answer.text(), headers: answer.headers };
    const now = token();
    if (now !== null) this.secrets.push(now);
    return page;
  }
}
