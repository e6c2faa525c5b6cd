import { type Model } from 'mongoose';
import { ListingsRepository } from '../src/listings/listings.repository.js';
import { ListingSchema, type Listing } from '../src/listings/listing.schema.js';
import { LeasedListings } from '../src/publishing/leased-listings.repository.js';
import { LedgerDatabase } from './support/ledger-database.js';

const CHANNEL = 'store';

describe("a channel's listings", () => {
  let database: LedgerDatabase;
  let listings: ListingsRepository;
  let leased: LeasedListings;
  beforeAll(async () => {
    database = await LedgerDatabase.create('listings');
    const model = database.connection.model('Listing', ListingSchema) as unknown as Model<Listing>;
    await model.createIndexes();
    listings = new ListingsRepository(model);
    leased = new LeasedListings(model);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.connection.collection('listings').deleteMany({}));

  const record = (sku: string, more: { externalId?: string; quantity?: number | null; unlimited?: true } = {}) =>
    listings.recordCatalogue(CHANNEL, [{ sku, externalId: `p/${sku}`, quantity: 5, ...more }]);
  const claim = async (limit: number) => {
    const owner = `push-${Math.random()}`;
    const claimed = await leased.claim(CHANNEL, owner, new Date(Date.now() + 60_000), limit);
    await leased.release(owner);
    return claimed.map(({ sku }) => sku).sort();
  };
  const settled = async (sku: string) => {
    const listing = await listings.find(CHANNEL, sku);
    await listings.push.settle(`${CHANNEL}/${sku}`, listing?.push.requested ?? 0);
  };
  const isDue = async (sku: string) => (await listings.find(CHANNEL, sku))?.push.since !== undefined;

  it('publish sales before anything else, however long that has waited', async () => {
    const many = Array.from({ length: 30 }, (_, i) => `SWEPT-${i}`);
    for (const sku of [...many, 'SOLD-1', 'SOLD-2']) await record(sku);
    for (const sku of ['SOLD-1', 'SOLD-2']) await settled(sku);
    await listings.requestPublish(['SOLD-1', 'SOLD-2'].map((sku) => ({ sku, cause: { orderId: '17' } })));
    expect(await claim(2)).toEqual(['SOLD-1', 'SOLD-2']);
    const mixed = await claim(10);
    expect(mixed).toHaveLength(10);
    expect(mixed).toEqual(expect.arrayContaining(['SOLD-1', 'SOLD-2']));
  });

  it('publish again under a new external id, which never received a number', async () => {
    await record('A');
    await settled('A');
    await record('A');
    expect(await isDue('A')).toBe(false);
    await record('A', { externalId: 'q/A' });
    expect(await isDue('A')).toBe(true);
    expect(await listings.find(CHANNEL, 'A')).toMatchObject({ externalId: 'q/A' });
    expect(await listings.find(CHANNEL, 'A')).not.toHaveProperty('published');
  });

  it('mark a SKU as sold before it is counted, until it is counted', async () => {
    await record('B', { quantity: null, unlimited: true });
    expect(await listings.find(CHANNEL, 'B')).toMatchObject({ unlimited: true });
    await settled('B');
    await record('B', { quantity: 3 });
    expect(await listings.find(CHANNEL, 'B')).not.toHaveProperty('unlimited');
    expect(await isDue('B')).toBe(true);
  });
});
