import { Global, Module } from '@nestjs/common';
import { getConnectionToken, getModelToken, MongooseModule } from '@nestjs/mongoose';
import { Test, type TestingModule } from '@nestjs/testing';
import { type Connection, type Model } from 'mongoose';
import { type StockImport } from '../src/import-export/import/import.schema.js';
import { type ImportLine } from '../src/import-export/import/import.types.js';
import { LineApplier } from '../src/import-export/import/line-applier.service.js';
import { EntriesRepository } from '../src/stock/entries.repository.js';
import { LedgerService } from '../src/stock/ledger.service.js';
import { type Command } from '../src/stock/ledger.types.js';
import { MovementListener } from '../src/stock/movement-listener.js';
import { adjustTo } from '../src/stock/operations/quantities.js';
import { QuantityVersions } from '../src/stock/quantity-versions.service.js';
import { StockEntry, StockMovement } from '../src/stock/schemas.js';
import { StockModule } from '../src/stock/stock.module.js';
import { ownDatabase } from './support/running-app.js';

class Deaf extends MovementListener {
  async onMoved(): Promise<void> {
    return undefined;
  }
}

@Global()
@Module({ providers: [{ provide: MovementListener, useClass: Deaf }], exports: [MovementListener] })
class DeafModule {}

describe('lines of a file after changes since their check', () => {
  let module: TestingModule;
  let connection: Connection;
  const file = { _id: 'imp_test', actor: 'test', options: { format: 'csv', dryRun: false } } as StockImport;
  const line = (number: number, sku: string, more: Partial<ImportLine>): ImportLine => ({
    line: number,
    sku,
    warehouse: 'main',
    mode: 'absolute',
    quantity: 5,
    outcome: 'changed',
    ...more,
  });

  beforeAll(async () => {
    module = await Test.createTestingModule({
      imports: [
        MongooseModule.forRoot(ownDatabase('lines'), { writeConcern: { w: 'majority', journal: true } }),
        DeafModule,
        StockModule,
      ],
      providers: [LineApplier],
    }).compile();
    await module.init();
    connection = module.get<Connection>(getConnectionToken());
    for (const name of [StockMovement.name, StockEntry.name])
      await module.get<Model<unknown>>(getModelToken(name)).createIndexes();
    const entries = module.get(EntriesRepository);
    const begun = (sku: string, master = 'ledger') => ({ sku, warehouse: 'main', master });
    await entries.ensure([begun('HAS-5'), begun('TAKEN'), begun('FOREIGN', 'odoo')]);
    const has = (quantity: number) => [adjustTo({ key: 'begin', cause: { type: 'command' }, quantity })];
    await module.get(LedgerService).append({ ...begun('HAS-5'), commands: has(5) });
    await module.get(LedgerService).append({ ...begun('TAKEN'), commands: has(2) });
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await module.close();
  });

  it('are applied for the quantity that they are meant for, or as a difference, or fail with both numbers', async () => {
    const meant = { outcome: 'changed', version: 1, base: 7 } as const;
    const before = (sku: string, quantity: number, key: string) =>
      module.get(LedgerService).append({
        ...{ sku, warehouse: 'main', master: 'ledger' },
        commands: [adjustTo({ key, cause: { type: 'command' }, quantity })],
      });
    await module
      .get(EntriesRepository)
      .ensure(['SOLD', 'AS-EXPORTED'].map((sku) => ({ sku, warehouse: 'main', master: 'ledger' })));
    for (const sku of ['SOLD', 'AS-EXPORTED']) await before(sku, 7, 'begin');
    await before('SOLD', 5, 'sold');
    const absolute = [line(12, 'SOLD', { ...meant, quantity: 9 }), line(13, 'AS-EXPORTED', { ...meant, quantity: 9 })];
    const applied = await module.get(LineApplier).apply(file, absolute);
    expect(applied).toMatchObject([
      {
        outcome: 'failed',
        problems: [{ message: { code: 'imports.moved', params: { quantity: 9, base: 7, now: 5 } } }],
      },
      { outcome: 'changed', before: 7, after: 9 },
    ]);
    expect(await module.get(LineApplier).apply(file, absolute)).toEqual(applied);
    const differences = { ...file, options: { ...file.options, asDifference: true } } as StockImport;
    const [changed] = await module.get(LineApplier).apply(differences, [line(14, 'SOLD', { ...meant, quantity: 9 })]);
    expect(changed).toMatchObject({ outcome: 'changed', before: 5, after: 7 });
  });

  it('are compared with the version of the quantity, however many reservations follow it', async () => {
    const [sku, warehouse, entry] = ['RESERVED', 'main', 'main/RESERVED'];
    const began = new Date();
    await module.get(EntriesRepository).ensure([{ sku, warehouse, master: 'ledger' }]);
    const append = (...commands: Command[]) =>
      module.get(LedgerService).append({ sku, warehouse, master: 'ledger', commands });
    const reserves = Array.from({ length: 130 }, (_, i): Command => {
      return { kind: 'reserve', units: 1, key: `r${i}`, cause: { type: 'order' } };
    });
    await append(adjustTo({ key: 'begin', cause: { type: 'command' }, quantity: 200 }), ...reserves);
    const versions = module.get(QuantityVersions);
    for (const seq of [1, 2, 17, 18, 131])
      expect([seq, (await versions.of([{ entry, seq }])).get(entry)]).toEqual([seq, 1]);
    expect((await versions.of([{ entry, seq: 0 }])).get(entry)).toBe(0);
    const since = async (seq: number) => (await versions.since([{ entry, seq }])).get(entry);
    expect(await since(1)).toEqual({ base: 200, now: undefined });
    expect(await since(0)).toEqual({ base: 0, now: 200 });
    expect(await since(132)).toEqual({ base: undefined, now: undefined });
    expect(await versions.soldSince([entry], began)).toEqual(new Set());
    await append({ kind: 'commit', units: 3, key: 'sold', cause: { type: 'order' } }, ...reserves.slice(0, 1));
    expect(await since(1)).toEqual({ base: 200, now: 197 });
    expect((await versions.of([{ entry, seq: 132 }])).get(entry)).toBe(132);
    expect(await versions.soldSince([entry], began)).toEqual(new Set([entry]));
    expect(await versions.soldSince([entry], new Date(Date.now() + 60_000))).toEqual(new Set());
  });

  it('are reported as failed when they can no longer be applied; the others are applied once, however often this runs', async () => {
    const lines = [
      line(2, 'TAKEN', { mode: 'delta', quantity: -3 }),
      line(3, 'FOREIGN', { outcome: 'created' }),
      line(4, 'NEW', { outcome: 'created' }),
      line(8, 'FOREIGN', { outcome: 'changed' }),
      line(5, 'HAS-5', { mode: 'delta', quantity: -4 }),
      line(6, 'AS-IT-IS', { outcome: 'unchanged' }),
      line(7, 'HAS-5', { outcome: 'refused', quantity: 1 }),
    ];
    const applied = await module.get(LineApplier).apply(file, lines);
    const handedOver = applied.splice(3, 1);
    expect(handedOver).toMatchObject([
      { outcome: 'failed', problems: [{ field: 'sku', expected: expect.stringContaining('odoo') as string }] },
    ]);
    lines.splice(3, 1);
    expect(applied).toMatchObject([
      {
        outcome: 'failed',
        problems: [{ field: 'quantity', expected: 'must take 2 at most: so much is available by now' }],
      },
      { outcome: 'failed', problems: [{ field: 'sku', expected: expect.stringContaining('odoo') as string }] },
      { outcome: 'created', before: 0, after: 5, movementId: 'main/NEW#000000000001' },
      { outcome: 'changed', before: 5, after: 1 },
      { outcome: 'unchanged' },
      { outcome: 'refused' },
    ]);
    // A process that died before it recorded them starts again from the check.
    expect(await module.get(LineApplier).apply(file, lines)).toEqual(applied);
    const ofThis = { sku: { $nin: ['SOLD', 'AS-EXPORTED', 'RESERVED'] } };
    expect(await connection.collection('stock_movements').countDocuments(ofThis)).toBe(4);
    expect(await connection.collection('stock_entries').countDocuments(ofThis)).toBe(4);
  });
});
