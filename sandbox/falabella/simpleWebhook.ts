import { type CallLog } from '../http/calls.js';
import { post, type PostResult } from '../post.js';
import { productsOf } from './orders.js';
import { type FalabellaOrder } from './state.js';

/** The documented webhook that carries the whole order: `POST <app>/falabella/webhook/order`, with the shared secret in a header. */
export class SimpleWebhook {
  constructor(
    private readonly appUrl: string | null,
    private readonly secret: string,
    private readonly timeoutMs: () => number,
    private readonly calls: CallLog,
  ) {}

  /** The bytes of the current order; remembered, so that a repeat is byte-identical. */
  compose(order: FalabellaOrder, status: string): string {
    const timestamp = new Date(order.updatedAt).toISOString();
    order.lastBody = JSON.stringify({ orderId: order.number, products: productsOf(order), status, timestamp });
    return order.lastBody;
  }

  /**
   * Posts the same bytes `times` times, all at once. Waits no longer than the webhook time-out, and
   * repeats nothing.
   */
  async send(body: string, times: number): Promise<PostResult[]> {
    const { appUrl } = this;
    if (appUrl === null) return [];
    const url = `${appUrl}/falabella/webhook/order`;
    const headers = { 'Content-Type': 'application/json', 'x-falabella-signature': this.secret };
    return Promise.all(
      Array.from({ length: times }, async () => {
        const result = await post(url, body, headers, this.timeoutMs());
        this.calls.sent('falabella webhook', url, body, result);
        return result;
      }),
    );
  }
}
