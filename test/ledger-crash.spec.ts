import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entryId } from '../src/stock/entry-id.js';
import { type Cause, type Command } from '../src/stock/ledger.types.js';
import { commit } from '../src/stock/operations/ends.js';
import { reserve } from '../src/stock/operations/reserve.js';
import { LedgerDatabase } from './support/ledger-database.js';
import { LEDGER_FLOW, LedgerProcess } from './support/ledger-processes.js';

const CAUSE: Cause = { type: 'order', connection: 'shop', orderId: 'A-1' };
const NOTES = 'notes';
const START = 10;

interface Run {
  readonly sku: string;
  readonly commands: readonly Command[];
}

describe('the ledger when its process is killed', () => {
  let database: LedgerDatabase;
  let process: LedgerProcess;
  let place: string;
  let dir: string;

  const start = () => LedgerProcess.start(database.uri, { CRASH_AT_FILE: place, LEDGER_NOTES: NOTES });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ledger-crash-'));
    place = join(dir, 'place');
    database = await LedgerDatabase.create('ledger_crash');
    process = await start();
  });

  afterAll(async () => {
    await process?.close();
    await database?.drop();
    await rm(dir, { recursive: true, force: true });
  });

  const chainOf = (sku: string) => database.movements.find({ sku }).sort({ _id: 1 }).toArray();
  const append = (runs: readonly Run[]) => process.job<string[][]>({ do: 'append', runs });

  /** Two entries with one movement each, and one with several. */
  const runsOf = (label: string): Run[] => {
    const take = (key: string, units: number): Command => reserve({ key, units, cause: CAUSE });
    return [
      { sku: `${label}-A`, commands: [take('o/1', 2)] },
      { sku: `${label}-B`, commands: [take('o/1', 1)] },
      {
        sku: `${label}-C`,
        commands: [take('o/1', 1), take('o/2', 3), commit({ key: 'o/1/end', units: 1, cause: CAUSE })],
      },
    ];
  };

  it.each(LEDGER_FLOW)(
    'at %s loses no movement and makes none twice',
    async (at) => {
      const runs = runsOf(at);
      await process.job({ do: 'stock', skus: runs.map(({ sku }) => sku), quantity: START });
      await process.job({ do: 'idle' });

      await writeFile(place, at);
      await append(runs).catch(() => undefined);
      expect(await process.ended()).toBe('SIGKILL');
      const standing = (await Promise.all(runs.map(({ sku }) => chainOf(sku)))).flat().length - runs.length;
      expect(standing).toBe(at === 'ledger.composed' ? 0 : 5);

      process = await start();
      // Another order comes before the unfinished work is resumed.
      await append([{ sku: runs[0]?.sku ?? '', commands: [reserve({ key: 'other', units: 1, cause: CAUSE })] }]);
      await process.job({ do: 'carryOn' });
      // A caller without an answer asks again.
      const again = await append(runs);
      expect(again).toEqual(await append(runs));
      await process.job({ do: 'idle' });

      const ends = [];
      for (const { sku, commands } of runs) {
        const chain = await chainOf(sku);
        expect(chain.map(({ seq: p }) => p)).toEqual(chain.map((_, i) => i + 1));
        const keys = chain.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys).toEqual(expect.arrayContaining(commands.map(({ key }) => key)));
        const entry = await database.entries.findOne({ _id: entryId(sku, 'main') });
        const end = chain.at(-1);
        expect(entry).toMatchObject({ seq: chain.length, quantity: end?.quantity, reserved: end?.reserved });
        ends.push([end?.quantity, end?.reserved]);
      }
      expect(ends).toEqual([
        [START, 3],
        [START, 1],
        [START - 1, 3],
      ]);
      const ids = (await Promise.all(runs.map(({ sku }) => chainOf(sku)))).flat().map(({ _id }) => _id);
      const told = await database.connection
        .collection<{ _id: string }>(NOTES)
        .find({ _id: { $in: ids } })
        .toArray();
      expect(new Set(told.map(({ _id }) => _id))).toEqual(new Set(ids));
      expect(await database.movements.countDocuments({ project: { $exists: true } })).toBe(0);
    },
    60_000,
  );
});
