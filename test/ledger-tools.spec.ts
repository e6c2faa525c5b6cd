import { migrate } from '../src/start/migrations.js';
import { entryId, movementId } from '../src/stock/entry-id.js';
import { type Cause, type Command } from '../src/stock/ledger.types.js';
import { commit } from '../src/stock/operations/ends.js';
import { reserve } from '../src/stock/operations/reserve.js';
import { LedgerDatabase } from './support/ledger-database.js';
import { LedgerProcess } from './support/ledger-processes.js';
import { ledgerTool } from './support/ledger-tool.js';

const CAUSE: Cause = { type: 'order', connection: 'falabella', orderId: '17' };

describe('npm run ledger', () => {
  let database: LedgerDatabase;
  let writer: LedgerProcess;

  beforeAll(async () => {
    database = await LedgerDatabase.create('ledger_tools');
    writer = await LedgerProcess.start(database.uri);
  });

  afterAll(async () => {
    await writer?.close();
    await database?.drop();
  });

  beforeEach(async () => {
    await writer.job({ do: 'idle' });
    await database.movements.deleteMany({});
    await database.entries.deleteMany({});
  });

  /** New ones each time, because the writer caches the tips of its chains. */
  let round = 0;
  const names = (...letters: string[]) => letters.map((letter) => `${letter}-${round}`);
  const tool = (...args: string[]) => ledgerTool(database.uri, ...args);
  const fill = async (): Promise<[string, string]> => {
    round += 1;
    const [a, b] = names('A', 'B') as [string, string];
    await writer.job({ do: 'stock', skus: [a, b], quantity: 10 });
    const commands: Command[] = [
      reserve({ key: 'o/1', units: 3, cause: CAUSE }),
      reserve({ key: 'o/2', units: 2, cause: { ...CAUSE, orderId: '18' } }),
      commit({ key: 'o/1/end', units: 3, cause: CAUSE }),
    ];
    await writer.job({ do: 'append', runs: [{ sku: a, commands }] });
    await writer.job({ do: 'idle' });
    return [entryId(a, 'main'), entryId(b, 'main')];
  };

  it('verify finds nothing wrong in a sound ledger, and ends with 0', async () => {
    await fill();
    const { status, out } = await tool('verify');
    expect(out).toContain('5 movements of 2 entries');
    expect(out).toContain('No differences.');
    expect(status).toBe(0);
  });

  it('verify finds nothing wrong in a migrated ledger of an older release', async () => {
    await fill();
    await database.movements.updateMany({}, { $rename: { seq: 'place' } });
    await database.entries.updateMany({}, { $rename: { seq: 'place' } });
    const before = await database.movements.find({}, { projection: { _id: 1, key: 1 } }).toArray();
    expect((await tool('verify')).status).toBe(1);
    await migrate(database.connection.getClient().db(database.connection.name), 3);
    const { status, out } = await tool('verify');
    expect(out).toContain('5 movements of 2 entries');
    expect(status).toBe(0);
    expect(await database.movements.find({}, { projection: { _id: 1, key: 1 } }).toArray()).toEqual(before);
    expect((await database.movements.indexes()).find(({ unique }) => unique)?.key).toEqual({ entry: 1, key: 1 });
  });

  it('verify finds each kind of difference, names its seq, changes nothing and ends with 1', async () => {
    const [a, b] = await fill();
    await database.movements.updateOne({ _id: movementId(a, 2) }, { $set: { quantity: 4 } });
    await database.movements.deleteOne({ _id: movementId(b, 1) });
    await database.entries.updateOne({ _id: a }, { $set: { available: 99 } });
    const before = await database.entries.find().sort({ _id: 1 }).toArray();
    const { status, out } = await tool('verify');
    expect(out).toContain(`${a} seq 2  balance`);
    expect(out).toContain(`${a} seq 3  balance`);
    expect(out).toContain(`${a}  projection: shows`);
    expect(out).toContain(`${b}  no_movements: shows`);
    expect(status).toBe(1);
    expect(await database.entries.find().sort({ _id: 1 }).toArray()).toEqual(before);
  });

  it('verify finds a key that was used twice, where an index did not prevent it', async () => {
    const [a] = await fill();
    await database.connection.collection('stock_movements').dropIndex('entry_1_key_1');
    await database.movements.updateOne({ _id: movementId(a, 3) }, { $set: { key: 'o/1' } });
    const { status, out } = await tool('verify');
    expect(out).toContain(`${a} seq 3  key_twice: the key o/1 was used before`);
    expect(status).toBe(1);
    await database.movements.deleteMany({});
    await database.connection.collection('stock_movements').createIndex({ entry: 1, key: 1 }, { unique: true });
  });

  it('verify does not report a movement that is not projected yet', async () => {
    const [a] = await fill();
    await database.movements.updateOne(
      { _id: movementId(a, 4) },
      { $set: { project: { since: new Date(), due: new Date() } } },
    );
    await database.entries.updateOne({ _id: a }, { $set: { seq: 3, quantity: 10, reserved: 5, available: 5 } });
    const { status, out } = await tool('verify');
    expect(out).toContain('1 entries wait for their newest movements');
    expect(status).toBe(0);
  });

  it('rebuild makes every entry show its chain again and publishes it, and leaves chains alone', async () => {
    const [a, b] = await fill();
    const chains = await database.movements.find().sort({ _id: 1 }).toArray();
    const sound = await database.entries.find().sort({ _id: 1 }).toArray();
    await database.entries.updateOne(
      { _id: a },
      { $set: { seq: 99, quantity: 1, available: 1 }, $unset: { observedAt: '' } },
    );
    await database.entries.deleteOne({ _id: b });
    const { status, out } = await tool('rebuild');
    expect(out).toContain('2 entries repaired. Nothing else is wrong.');
    expect(status).toBe(0);
    const mended = await database.entries.find().sort({ _id: 1 }).toArray();
    for (const [i, { _id, sku, warehouse, master, seq, quantity, reserved, available, observedAt }] of mended.entries())
      expect(sound[i]).toMatchObject({ _id, sku, warehouse, master, seq, quantity, reserved, available, observedAt });
    const marked = await database.movements.find({ project: { $exists: true } }).toArray();
    expect(marked.map(({ _id }) => _id)).toEqual([movementId(a, 4), movementId(b, 1)]);
    await database.movements.updateMany({}, { $unset: { project: '' } });
    expect(await database.movements.find().sort({ _id: 1 }).toArray()).toEqual(chains);
    expect((await tool('verify')).status).toBe(0);
  });

  it('rebuild names what it cannot repair, and ends with 1', async () => {
    const [a] = await fill();
    await database.movements.deleteOne({ _id: movementId(a, 3) });
    const { status, out } = await tool('rebuild');
    expect(out).toContain(`${a} seq 4  gap: seq 4 follows seq 2`);
    expect(out).toContain('Chains are never repaired');
    expect(status).toBe(1);
  });

  it('rebuild sets no entry back behind a concurrent movement', async () => {
    round += 1;
    const skus = names('X', 'Y', 'Z');
    await writer.job({ do: 'stock', skus, quantity: 1_000 });
    await writer.job({ do: 'idle' });
    let orders = 0;
    for (let time = 0; time < 2; time++) {
      // Keeps the entries ahead of their chains, which no movement overcomes by itself.
      await database.entries.updateMany({ sku: { $in: skus } }, { $inc: { seq: 1_000_000, quantity: 1 } });
      let isDone = false;
      const rebuilding = tool('rebuild').finally(() => (isDone = true));
      while (!isDone) {
        const commands = [reserve({ key: `o/${orders++}`, units: 1, cause: CAUSE })];
        await writer.job({ do: 'append', runs: skus.map((sku) => ({ sku, commands })) });
      }
      const { status, out } = await rebuilding;
      expect(out).toContain('3 entries repaired. Nothing else is wrong.');
      expect(status).toBe(0);
    }
    await writer.job({ do: 'idle' });
    expect((await tool('verify')).out).toContain('No differences.');
  });

  it('explain derives the number from its movements', async () => {
    const [a] = await fill();
    const sku = a.slice(a.indexOf('/') + 1);
    const at = new Date('2026-03-01T10:00:00Z');
    await database.connection
      .collection('orders')
      .insertOne({ _id: 'falabella/18', snapshot: { status: 'confirmed' } } as object);
    await database.connection.collection('listings').insertOne({
      _id: `falabella/${sku}`,
      connection: 'falabella',
      sku,
      skus: [sku],
      rules: { buffer: 1, cap: null, notForSale: false },
      published: { quantity: 4, at, state: 'accepted' },
      push: { requested: 2, processed: 1, since: at },
    } as object);
    const { status, out } = await tool('explain', sku);
    expect(out).toContain('main: 7 on hand - 2 reserved = 5 available');
    expect(out).toMatch(/reserved for\n +2 {2}since .* order 18 of falabella \(confirmed\)/);
    expect(out).toMatch(/#4 .* commit +on hand 7 \(-3\) +reserved 2 \(-3\) +available 5 +order 17 of falabella/);
    expect(out).toContain(`falabella/${sku}: published 4 (accepted) 2026-03-01 10:00:00; buffer 1, no cap`);
    expect(out).toContain('to publish since 2026-03-01 10:00:00');
    expect(status).toBe(0);
  });

  it('explain ends with 1 when the entry differs from its chain', async () => {
    const [a] = await fill();
    await database.entries.updateOne({ _id: a }, { $set: { quantity: 70, available: 68 } });
    const { status, out } = await tool('explain', a.slice(a.indexOf('/') + 1));
    expect(out).toContain('main: 7 on hand - 2 reserved = 5 available');
    expect(out).toContain('npm run ledger -- rebuild');
    expect(status).toBe(1);
  });

  it.each([
    ['a word too many', ['verify', 'A'], 'Usage: npm run ledger'],
    ['a SKU that nobody knows', ['explain', 'NO-SUCH-SKU'], 'NO-SUCH-SKU is not known'],
  ])('cannot run with %s, explains why and ends with 2', async (_name, args, words) => {
    const { status, err } = await tool(...args);
    expect(err).toContain(words);
    expect(status).toBe(2);
  });

  it('cannot run without a database, explains why without the password and ends with 2', async () => {
    const { status, err } = await ledgerTool('mongodb://somebody:s3cret@127.0.0.1:1/x?w=0', 'verify');
    expect(err).toContain('MONGODB_URI');
    expect(err).not.toContain('s3cret');
    expect(status).toBe(2);
  });
});
