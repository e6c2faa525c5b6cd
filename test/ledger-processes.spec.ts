import { movementId } from '../src/stock/entry-id.js';
import { type Movement } from '../src/stock/ledger.types.js';
import { LedgerDatabase } from './support/ledger-database.js';
import { startProcesses, type LedgerProcess } from './support/ledger-processes.js';

/** `.ci/long` plays the whole of it. */
const SHARE = Number(process.env.LEDGER_SHARE ?? 0.2);
const ROUNDS = 100 * SHARE;
const TAKERS = 200;
const TAKING = 4;
const WRITING = 8;
const EACH = 5_000 * SHARE;
const SHARED = 100;
const START = 200;

interface Moved {
  readonly sums: Record<string, { quantity: number; reserved: number }>;
  readonly answers: Record<string, string>;
  readonly made: number;
}

describe('several processes on one ledger', () => {
  let database: LedgerDatabase;
  let processes: LedgerProcess[];

  beforeAll(async () => {
    database = await LedgerDatabase.create('processes');
    processes = await startProcesses(WRITING, database.uri);
  });

  afterAll(async () => {
    await Promise.all((processes ?? []).map((one) => one.close()));
    await database?.drop();
  });

  const first = () => processes[0] as LedgerProcess;
  const movementsOf = (skus: readonly string[]) => database.movements.find({ sku: { $in: [...skus] } }).toArray();

  it(`give the last unit to one of 200 takers, ${ROUNDS} times`, async () => {
    const skus = Array.from({ length: ROUNDS }, (_, round) => `LAST-${round}`);
    await first().job({ do: 'stock', skus, quantity: 1 });
    for (const sku of skus) {
      const results = await Promise.all(
        processes
          .slice(0, TAKING)
          .map((one, worker) =>
            one.job<{ winners: string[]; refusals: string[] }>({ do: 'take', sku, takers: TAKERS / TAKING, worker }),
          ),
      );
      const refusals = results.flatMap((one) => one.refusals);
      expect(results.flatMap((one) => one.winners)).toHaveLength(1);
      expect(refusals).toHaveLength(TAKERS - 1);
      expect(new Set(refusals)).toEqual(new Set(['InsufficientStockError']));
    }
    const movements = await movementsOf(skus);
    expect(movements).toHaveLength(2 * ROUNDS);
    for (const { seq, quantity, reserved } of movements) expect([quantity, reserved]).toEqual([1, seq - 1]);
  });

  it('make one chain of each entry, without gap or fork, with unique keys and right sums', async () => {
    const skus = Array.from({ length: 50 }, (_, i) => `SKU-${String(i).padStart(2, '0')}`);
    await first().job({ do: 'stock', skus, quantity: START });
    const moved = await Promise.all(
      processes.map((one, worker) => one.job<Moved>({ do: 'move', movements: EACH, skus, worker, shared: SHARED })),
    );
    // Callers that append the same movement receive the same answer.
    for (const { answers, made } of moved) {
      expect(Object.keys(answers)).toHaveLength(SHARED);
      expect(answers).toEqual(moved[0]?.answers);
      expect(made).toBeGreaterThanOrEqual(EACH);
    }

    const movements = await movementsOf(skus);
    expect(movements).toHaveLength(skus.length + SHARED + moved.reduce((sum, { made }) => sum + made, 0));
    for (const sku of skus) {
      const chain = movements.filter((movement) => movement.sku === sku).sort((a, b) => a.seq - b.seq);
      expect(new Set(chain.map(({ key }) => key)).size).toBe(chain.length);
      const end = followed(chain);
      const shared = chain.filter(({ key }) => key.startsWith('shared/')).length;
      const sum = (of: 'quantity' | 'reserved') => moved.reduce((total, { sums }) => total + (sums[sku]?.[of] ?? 0), 0);
      expect(end).toEqual({ quantity: START + sum('quantity'), reserved: sum('reserved') + shared });
    }

    // At the end every entry shows the end of its chain, and no movement waits to be projected.
    await Promise.all(processes.map((one) => one.close()));
    const entries = await database.entries.find({ sku: { $in: skus } }).toArray();
    expect(entries).toHaveLength(skus.length);
    for (const entry of entries) {
      const newest = movements.find((movement) => movement._id === movementId(entry._id, entry.seq));
      expect(movements.some((movement) => movement._id === movementId(entry._id, entry.seq + 1))).toBe(false);
      expect([entry.quantity, entry.reserved, entry.available]).toEqual([
        newest?.quantity,
        newest?.reserved,
        (newest?.quantity ?? 0) - (newest?.reserved ?? 0),
      ]);
    }
    expect(await database.movements.countDocuments({ project: { $exists: true } })).toBe(0);
  });
});

/** Walks a chain: each seq once, each balance the one before plus the deltas, and no guarded command below zero. */
function followed(chain: readonly Movement[]): { quantity: number; reserved: number } {
  let before = { quantity: 0, reserved: 0 };
  chain.forEach((movement, i) => {
    const { seq, quantity, reserved, quantityDelta, reservedDelta } = movement;
    if (seq !== i + 1) throw new Error(`${movement._id} stands at seq ${i + 1} of its chain`);
    if (quantity !== before.quantity + quantityDelta || reserved !== before.reserved + reservedDelta)
      throw new Error(`${movement._id} does not follow from the one before`);
    if (movement.key.includes('guarded') && quantity < reserved)
      throw new Error(`${movement._id} was guarded and took what is not there`);
    before = { quantity, reserved };
  });
  return before;
}
