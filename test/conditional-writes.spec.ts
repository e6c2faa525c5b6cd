import { mongo } from 'mongoose';
import { ConditionalWrites } from '../src/common/mongo/conditional-writes.js';
import { ownDatabase } from './support/running-app.js';

interface Doc {
  _id: string;
  rev: number;
  writers?: string[];
}

const WRITERS = 4;
const DOCS = 12;
const ROUNDS = 10;

describe('conditional changes in groups', () => {
  const client = new mongo.MongoClient(ownDatabase('conditional'));
  const docs = client.db().collection<Doc>('docs');
  const ids = Array.from({ length: DOCS }, (_, i) => `doc-${i}`);

  beforeEach(async () => {
    await docs.deleteMany({});
    await docs.insertMany(ids.map((_id) => ({ _id, rev: 0 })));
  });
  afterAll(async () => {
    await client.db().dropDatabase();
    await client.close();
  });

  const onTopOf = (writes: ConditionalWrites<Doc>, _id: string, rev: number) =>
    writes.write({ _id, condition: { rev }, update: { $set: { rev: rev + 1 } } });

  it('of one writer are stored, in one command', async () => {
    const sent: string[] = [];
    const counted = new Proxy(docs, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => (
          sent.push(String(name)),
          (value as (...all: unknown[]) => unknown).apply(target, args)
        );
      },
    });
    const writes = new ConditionalWrites<Doc>(counted);
    expect(await Promise.all(ids.map((id) => onTopOf(writes, id, 0)))).toEqual(ids.map(() => true));
    expect(sent).toEqual(['bulkWrite']);
    expect(await docs.countDocuments({ rev: 1 })).toBe(DOCS);
  });

  it('fail alone, where one of a group is at fault', async () => {
    const writes = new ConditionalWrites<Doc>(docs);
    const bad = writes.write({ _id: 'doc-0', condition: { rev: 0 }, update: { $inc: { _id: 1 } } });
    const good = ids.slice(1).map((id) => onTopOf(writes, id, 0));
    await expect(bad).rejects.toThrow();
    expect(await Promise.all(good)).toEqual(good.map(() => true));
    expect(await docs.countDocuments({ rev: 1 })).toBe(DOCS - 1);
  });

  it('win once each, also within one group', async () => {
    const writes = new ConditionalWrites<Doc>(docs);
    const results = await Promise.all(ids.flatMap((id) => [onTopOf(writes, id, 0), onTopOf(writes, id, 0)]));
    expect(results.filter(Boolean)).toHaveLength(DOCS);
    expect(await docs.countDocuments({ rev: 1 })).toBe(DOCS);
  });

  it('of several processes win as often as the documents were changed, whoever overwrites whom', async () => {
    const won = new Map(ids.map((id) => [id, new Set<number>()]));
    const twice: string[] = [];
    const write = async (writes: ConditionalWrites<Doc>) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const now = await docs.find().toArray();
        await Promise.all(
          now.map(async ({ _id, rev }) => {
            if (!(await onTopOf(writes, _id, rev))) return;
            const revs = won.get(_id);
            if (revs?.has(rev)) twice.push(`${_id} ${rev}`);
            revs?.add(rev);
          }),
        );
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, () => write(new ConditionalWrites<Doc>(docs))));
    expect(twice).toEqual([]);
    for (const { _id, rev } of await docs.find().toArray()) {
      const wins = won.get(_id)?.size ?? 0;
      expect(wins).toBe(rev);
    }
  });
});
