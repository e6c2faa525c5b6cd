import { createHmac } from 'node:crypto';

/** The secret of every sandbox connection. */
export const SECRET = 'your_webhook_secret';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  // The tests differ in the body that they expect, so each casts it.
  readonly body: Record<string, unknown>;
}

export interface OrderBody {
  readonly orderId: string;
  readonly products: readonly { readonly sku: string; readonly quantity: number; readonly price?: number }[];
  readonly status: string;
  readonly timestamp: string;
}

export interface LogLine {
  readonly service: string;
  readonly action: string;
  readonly status: string;
  readonly duration: number;
  readonly correlationId: string | null;
  readonly correlationIds?: readonly string[];
  readonly orderId: string | null;
  readonly orderIds?: readonly string[];
  readonly productSku: string | null;
  readonly steps: readonly { readonly step: string; readonly duration: number }[];
  readonly request: Record<string, unknown> | null;
  readonly response: Record<string, unknown> | null;
  readonly timestamp: string;
}

/** An order in the form of the documented webhook. The timestamp rises by a second for each version. */
export function orderBody(orderId: string, changes: Partial<OrderBody> & { version?: number } = {}): OrderBody {
  const { version = 0, ...rest } = changes;
  const timestamp = new Date(Date.UTC(2025, 11, 16, 10) + version * 1_000).toISOString();
  return {
    orderId,
    products: [{ sku: 'PROD-001', quantity: 2, price: 29_990 }],
    status: 'confirmed',
    timestamp,
    ...rest,
  };
}

/** Calls one application over HTTP, as an outside system does. */
export class Caller {
  constructor(readonly url: string) {}

  order(
    body: OrderBody | string,
    headers: Record<string, string> = { 'x-falabella-signature': SECRET },
  ): Promise<Answer> {
    return this.post('/falabella/webhook/order', body, headers);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(
      'POST',
      path,
      { 'Content-Type': 'application/json', ...headers },
      typeof body === 'string' ? body : JSON.stringify(body),
    );
  }

  put(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('PUT', path, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body));
  }

  patch(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('PATCH', path, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body));
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, headers);
  }

  /** Every log of an order, oldest first. */
  async storyOf(orderId: string): Promise<LogLine[]> {
    return this.logs(`/logs/order/${encodeURIComponent(orderId)}?sort=asc&limit=200`);
  }

  async logs(path: string): Promise<LogLine[]> {
    const { body } = await this.get(path);
    return body.items as LogLine[];
  }

  /** With an API key. */
  async logsAs(key: string, path: string): Promise<LogLine[]> {
    const { body } = await this.get(path, { 'x-api-key': key });
    return body.items as LogLine[];
  }

  private async send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      type,
      headers: response.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  }
}

/** The signature header of a sender that can compute an HMAC. */
export function hmacOf(body: string, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
