import { Global, Module } from '@nestjs/common';
import { getConnectionToken, getModelToken, MongooseModule } from '@nestjs/mongoose';
import { Test, type TestingModule } from '@nestjs/testing';
import { type Connection, type Model } from 'mongoose';
import { type StockImport } from '../src/import-export/import/import.schema.js';
import { type ImportLine } from '../src/import-export/import/import.types.js';
import { LineApplier } from '../src/import-export/import/line-applier.service.js';
import { EntriesRepository } from '../src/stock/entries.repository.js';
import { LedgerService } from '../src/stock/ledger.service.js';
import { MovementListener } from '../src/stock/movement-listener.js';
import { adjustTo } from '../src/stock/operations/quantities.js';
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

  it('are reported as failed when they can no longer be applied; the others are applied once, however often this runs', async () => {
    const lines = [
      line(2, 'TAKEN', { mode: 'delta', quantity: -3 }),
      line(3, 'FOREIGN', { outcome: 'created' }),
      line(4, 'NEW', { outcome: 'created' }),
      line(5, 'HAS-5', { mode: 'delta', quantity: -4 }),
      line(6, 'AS-IT-IS', { outcome: 'unchanged' }),
      line(7, 'HAS-5', { outcome: 'refused', quantity: 1 }),
    ];
    const applied = await module.get(LineApplier).apply(file, lines);
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
    expect(await connection.collection('stock_movements').countDocuments()).toBe(4);
    expect(await connection.collection('stock_entries').countDocuments()).toBe(4);
  });
});
