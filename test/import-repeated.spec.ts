import { type Answer } from './support/caller.js';
import { Shop } from './support/shop.js';

/** These tests count SKUs that Odoo does not know, in a warehouse that it feeds. */
const OWN = 'master=ledger';

describe('a file of differences that is sent again', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'repeated' });
  });
  afterAll(async () => shop?.close());

  const send = (body: string, query = '', key?: string): Promise<Answer> =>
    shop.call.post(`/stock/import?${OWN}${query.replace('?', '&')}`, body, {
      'Content-Type': 'text/csv',
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    });
  const deltas = (...lines: string[]) => ['sku,quantity,mode', ...lines].join('\n');
  const quantityOf = async (sku: string) => {
    await shop.quiet();
    return (await shop.books.entry(sku)).quantity;
  };

  it('counts once: 10 and 5 more are 15, and the answer names the earlier import', async () => {
    await send('sku,quantity\nTWICE-1,10\n');
    const file = deltas('TWICE-1,5,delta');
    const first = await send(file);
    const kept = await shop.books.count('imports');
    const second = await send(file, '?reason=another');
    expect([second.status, second.type]).toEqual([409, expect.stringContaining('problem+json')]);
    const { importId, href } = first.body as { importId: string; href: string };
    expect(second.body).toMatchObject({
      type: '/problems/import-repeated',
      code: 'problems.import-repeated.detail',
      importId,
      href,
    });
    expect((await send(file, '?dryRun=true')).status).toBe(409);
    expect(await quantityOf('TWICE-1')).toBe(15);
    expect(await shop.books.count('imports')).toBe(kept);
  });

  it('counts again where a person asks for it: 15 and 5 more are 20', async () => {
    expect(await send(deltas('TWICE-1,5,delta'), '?again=true')).toMatchObject({ status: 200 });
    expect(await quantityOf('TWICE-1')).toBe(20);
    expect((await send(deltas('TWICE-1,5,delta'), '?again=perhaps')).status).toBe(400);
  });

  it('is one import under one key', async () => {
    const file = deltas('TWICE-1,1,delta');
    const first = await send(file, '', 'one-key');
    expect(await send(file, '', 'one-key')).toMatchObject({ status: 200, body: first.body });
    expect(await quantityOf('TWICE-1')).toBe(21);
  });

  it('counts once of five that arrive at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(deltas('TWICE-1,7,delta'))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(await quantityOf('TWICE-1')).toBe(28);
  });

  it('may follow a dry run, and a file that was refused', async () => {
    const file = deltas('TWICE-2,3,delta');
    expect((await send(file)).status).toBe(400);
    await send('sku,quantity\nTWICE-2,1\n');
    expect((await send(file, '?dryRun=true')).status).toBe(200);
    expect((await send(file)).status).toBe(200);
    expect(await quantityOf('TWICE-2')).toBe(4);
  });

  it('is no matter where every line is absolute', async () => {
    for (let i = 0; i < 2; i++) expect((await send('sku,quantity\nTWICE-3,4\n')).status).toBe(200);
    expect(await quantityOf('TWICE-3')).toBe(4);
  });
});
