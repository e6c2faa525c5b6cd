import { MongooseModule, getConnectionToken } from '@nestjs/mongoose';
import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Connection } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { EntriesRepository } from '../src/stock/entries.repository.js';
import { entryId } from '../src/stock/entry-id.js';
import { LedgerService } from '../src/stock/ledger.service.js';
import {
  InsufficientStockError,
  StaleObservationError,
  type Cause,
  type Command,
  type Movement,
} from '../src/stock/ledger.types.js';
import { MovementListener } from '../src/stock/movement-listener.js';
import { commit } from '../src/stock/operations/ends.js';
import { InvalidMovementError, WrongMasterError } from '../src/stock/operations/errors.js';
import { adjustBy } from '../src/stock/operations/quantities.js';
import { reserve } from '../src/stock/operations/reserve.js';
import { ProjectionService } from '../src/stock/projection.service.js';
import { StockEntry, StockMovement } from '../src/stock/schemas.js';
import { StockModule } from '../src/stock/stock.module.js';
import { waitFor } from './support/wait.js';

const CAUSE: Cause = { type: 'order', connection: 'shop', orderId: 'A-1' };
const heard: Movement[] = [];

class Listener extends MovementListener {
  async onMoved(movements: readonly Movement[]): Promise<void> {
    heard.push(...movements);
  }
}

@Global()
@Module({ providers: [{ provide: MovementListener, useClass: Listener }], exports: [MovementListener] })
class ListenerModule {}

/** A module stands for a process, with its own tip cache and queues; several share one database. */
async function process(uri: string): Promise<TestingModule> {
  const module = await Test.createTestingModule({
    imports: [
      MongooseModule.forRoot(uri, { writeConcern: { w: 'majority', journal: true } }),
      ListenerModule,
      StockModule,
    ],
  }).compile();
  await module.init();
  return module;
}

describe('the ledger', () => {
  const uri = databaseUri(`ledger_${randomUUID().slice(0, 8)}`);
  const modules: TestingModule[] = [];
  let here: LedgerService;
  let there: LedgerService;
  let database: Connection;

  beforeAll(async () => {
    modules.push(await process(uri), await process(uri));
    database = modules[0]?.get<Connection>(getConnectionToken()) as Connection;
    for (const model of [StockMovement.name, StockEntry.name]) await database.model(model).createIndexes();
    [here, there] = modules.map((module) => module.get(LedgerService)) as [LedgerService, LedgerService];
  });

  afterAll(async () => {
    await database.dropDatabase();
    for (const module of modules) await module.close();
  });

  const fresh = async (quantity: number) => {
    const sku = `SKU-${randomUUID().slice(0, 8)}`;
    await modules[0]?.get(EntriesRepository).ensure([{ sku, warehouse: 'main', master: 'ledger' }]);
    if (quantity > 0) await append(here, sku, { kind: 'adjust', quantity, key: 'start', cause: CAUSE });
    return sku;
  };
  const append = (ledger: LedgerService, sku: string, ...commands: Command[]) =>
    ledger.append({ sku, warehouse: 'main', master: 'ledger', commands });
  const chain = (sku: string) =>
    database
      .collection<Movement & { _id: string }>('stock_movements')
      .find({ entry: entryId(sku, 'main') })
      .sort({ _id: 1 })
      .toArray();
  const entry = (sku: string) =>
    database.collection<StockEntry>('stock_entries').findOne({ _id: entryId(sku, 'main') });

  /** Every seq occurs once, and each balance is the one before plus the deltas. */
  const checkChain = async (sku: string) => {
    const movements = await chain(sku);
    let before = { quantity: 0, reserved: 0 };
    movements.forEach((movement, i) => {
      expect(movement.seq).toBe(i + 1);
      expect([movement.quantity, movement.reserved]).toEqual([
        before.quantity + movement.quantityDelta,
        before.reserved + movement.reservedDelta,
      ]);
      before = movement;
    });
    return { movements, ...before };
  };

  it('gives the last unit to one of 200 takers', async () => {
    const sku = await fresh(1);
    const takers = Array.from({ length: 200 }, (_, i) =>
      append(i % 2 ? here : there, sku, { kind: 'reserve', units: 1, guarded: true, key: `taker/${i}`, cause: CAUSE }),
    );
    const results = await Promise.allSettled(takers);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(InsufficientStockError);
    expect(await checkChain(sku)).toMatchObject({ quantity: 1, reserved: 1 });
  });

  it('answers a repeated key with its first movement, wherever and however often it is repeated', async () => {
    const sku = await fresh(10);
    const command: Command = { kind: 'reserve', units: 3, guarded: true, key: 'order/1/0', cause: CAUSE };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => append(i % 2 ? here : there, sku, command)));
    expect(new Set(answers.map(([movement]) => movement?._id)).size).toBe(1);
    await append(here, sku, { kind: 'reserve', units: 7, guarded: true, key: 'order/2/0', cause: CAUSE });
    expect((await append(there, sku, command))[0]?._id).toBe(answers[0]?.[0]?._id);
    expect(await checkChain(sku)).toMatchObject({ quantity: 10, reserved: 10 });
  });

  it('continues behind a command of the same run that was appended before', async () => {
    const sku = await fresh(10);
    const reserve = (key: string): Command => ({ kind: 'reserve', units: 1, key, cause: CAUSE });
    await append(there, sku, reserve('a'));
    const again = await append(here, sku, reserve('a'), reserve('b'), reserve('c'));
    expect(again.map((movement) => movement.key)).toEqual(['a', 'b', 'c']);
    expect(await checkChain(sku)).toMatchObject({ reserved: 3 });
  });

  it('lets only one of a release and a commit end a reservation', async () => {
    const sku = await fresh(5);
    await append(here, sku, { kind: 'reserve', units: 2, key: 'r', cause: CAUSE });
    const ends = await Promise.all([
      append(here, sku, { kind: 'commit', units: 2, key: 'r/end', cause: CAUSE }),
      append(there, sku, { kind: 'release', units: 2, key: 'r/end', cause: CAUSE }),
    ]);
    expect(ends[0][0]?.kind).toBe(ends[1][0]?.kind);
    expect((await checkChain(sku)).reserved).toBe(0);
  });

  it('refuses an observation that is older than another change, but not because of reserves', async () => {
    const sku = await fresh(10);
    const seenAt = (await chain(sku)).length;
    await append(there, sku, { kind: 'reserve', units: 1, key: 'r1', cause: CAUSE });
    const observe = (key: string, quantity: number, observedFrom: number) =>
      here.append({
        sku,
        warehouse: 'main',
        master: 'odoo',
        observedFrom,
        commands: [{ kind: 'adjust', quantity, key, cause: CAUSE }],
      });
    await expect(observe('o1', 8, seenAt)).resolves.toMatchObject([{ quantity: 8, reserved: 1 }]);
    await expect(observe('o2', 9, seenAt)).rejects.toBeInstanceOf(StaleObservationError);
    expect(await checkChain(sku)).toMatchObject({ quantity: 8, reserved: 1 });
  });

  it('makes no refusal final that a concurrent movement has made wrong', async () => {
    const sku = await fresh(1);
    const take = (key: string) => append(here, sku, reserve({ units: 1, guarded: true, key, cause: CAUSE }));
    await take('first');
    await expect(take('second')).rejects.toBeInstanceOf(InsufficientStockError);
    await append(there, sku, adjustBy({ by: 1, key: 'more', cause: CAUSE }));
    await expect(take('third')).resolves.toHaveLength(1);
    expect(await checkChain(sku)).toMatchObject({ quantity: 2, reserved: 2 });
  });

  it('uses up the key of an abandoned reservation, so that a late worker reserves nothing', async () => {
    const sku = await fresh(5);
    await append(here, sku, reserve({ units: 0, key: 'o/1', cause: CAUSE }));
    const [late] = await append(there, sku, reserve({ units: 5, guarded: true, key: 'o/1', cause: CAUSE }));
    expect(late?.reservedDelta).toBe(0);
    expect(await checkChain(sku)).toMatchObject({ quantity: 5, reserved: 0 });
  });

  it('appends no part of an all-or-none run when one command is refused', async () => {
    const sku = await fresh(5);
    const both = [3, 3].map((units, i) => reserve({ units, guarded: true, key: `o/${i}`, cause: CAUSE }));
    const run = { sku, warehouse: 'main', master: 'ledger', commands: both, allOrNone: true } as const;
    await expect(here.append(run)).rejects.toMatchObject({ available: 2, asked: 3, standing: [] });
    expect((await checkChain(sku)).movements).toHaveLength(1);
    await append(here, sku, adjustBy({ by: 1, key: 'more', cause: CAUSE }));
    await expect(there.append(run)).resolves.toHaveLength(2);
  });

  it('refuses commands without a meaning, or that the master does not allow, before anything is appended', async () => {
    const sku = await fresh(5);
    const sound = reserve({ units: 1, key: 'sound', cause: CAUSE });
    await expect(
      append(here, sku, sound, { kind: 'reserve', units: 0.5, key: 'half', cause: CAUSE }),
    ).rejects.toBeInstanceOf(InvalidMovementError);
    const byDelta = commit({ units: 1, key: 'sound/end', cause: CAUSE });
    await expect(
      here.append({ sku, warehouse: 'main', master: 'odoo', commands: [sound, byDelta] }),
    ).rejects.toBeInstanceOf(WrongMasterError);
    expect((await checkChain(sku)).movements).toHaveLength(1);
  });

  it('keeps an oversold order and shows the entry below zero', async () => {
    const sku = await fresh(1);
    await append(here, sku, { kind: 'reserve', units: 3, key: 'r', cause: CAUSE });
    expect(await checkChain(sku)).toMatchObject({ quantity: 1, reserved: 3 });
    await until(async () => (await entry(sku))?.available === -2);
  });

  it('passes every movement to the listener and projects the newest', async () => {
    const sku = await fresh(50);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        append(i % 2 ? here : there, sku, { kind: 'reserve', units: 1, key: `r${i}`, cause: CAUSE }),
      ),
    );
    await until(async () => (await entry(sku))?.seq === 41);
    await until(async () => heard.filter((movement) => movement.sku === sku).length >= 41);
    expect(await entry(sku)).toMatchObject({ quantity: 50, reserved: 40, available: 10 });
    await until(
      async () =>
        (await database.collection('stock_movements').countDocuments({ sku, project: { $exists: true } })) === 0,
    );
  });

  it('projects a movement that a crash left behind', async () => {
    const sku = await fresh(3);
    await until(async () => (await entry(sku))?.seq === 1);
    const [movement] = await chain(sku);
    await database
      .collection<StockEntry>('stock_entries')
      .updateOne({ _id: entryId(sku, 'main') }, { $set: { seq: 0, quantity: 0, available: 0 } });
    await modules[0]?.get(ProjectionService).projectNow([movement as Movement]);
    expect(await entry(sku)).toMatchObject({ seq: 1, quantity: 3, available: 3 });
  });

  it('ends, after any mix of commands by two processes, at the sum of the commands', async () => {
    const command = fc.record({
      units: fc.integer({ min: 1, max: 4 }),
      guarded: fc.boolean(),
      end: fc.constantFrom('none', 'commit', 'release'),
      repeats: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 0, max: 30 }),
        async (orders, start) => {
          const sku = await fresh(start);
          const either = (i: number) => (i % 2 ? here : there);
          const outcomes = await Promise.all(
            orders.map(async ({ units, guarded, end, repeats }, i) => {
              const reserve: Command = { kind: 'reserve', units, guarded, key: `o${i}`, cause: CAUSE };
              const tries = await Promise.allSettled(
                Array.from({ length: repeats }, (_, r) => append(either(i + r), sku, reserve)),
              );
              const held = tries.some((one) => one.status === 'fulfilled');
              if (held && end !== 'none')
                await Promise.all(
                  Array.from({ length: repeats }, (_, r) =>
                    append(either(i + r), sku, { kind: end, units, key: `o${i}/end`, cause: CAUSE }),
                  ),
                );
              return { units, end: held ? end : 'refused' };
            }),
          );
          const sum = (of: (outcome: { units: number; end: string }) => boolean) =>
            outcomes.filter(of).reduce((total, { units }) => total + units, 0);
          const end = await checkChain(sku);
          expect([end.quantity, end.reserved]).toEqual([
            start - sum(({ end: e }) => e === 'commit'),
            sum(({ end: e }) => e === 'none'),
          ]);
          const guarded = end.movements.filter(
            (movement) => movement.kind === 'reserve' && orders[Number(movement.key.slice(1))]?.guarded,
          );
          for (const movement of guarded) expect(movement.quantity - movement.reserved).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 40 },
    );
  });
});

function databaseUri(name: string): string {
  const given = globalThis.process.env.MONGODB_URI;
  if (!given) throw new Error('MONGODB_URI is not set: run the tests with npm test');
  return given.replace(/^(mongodb:\/\/[^/]+)(\/[^?]*)?/, `$1/${name}`);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  await waitFor('the condition came true', condition, { withinMs: 15_000 });
}
