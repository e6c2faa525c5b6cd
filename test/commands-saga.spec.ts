import { Global, Module } from '@nestjs/common';
import { getConnectionToken, getModelToken, MongooseModule } from '@nestjs/mongoose';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { type Connection, type Model } from 'mongoose';
import { StockCommand, StockCommandSchema } from '../src/commands/command.schema.js';
import { type AdjustLine } from '../src/commands/command.types.js';
import { CommandsRepository } from '../src/commands/commands.repository.js';
import { LedgerSaga } from '../src/commands/ledger-saga.service.js';
import { EntriesRepository } from '../src/stock/entries.repository.js';
import { entryId } from '../src/stock/entry-id.js';
import { LedgerService } from '../src/stock/ledger.service.js';
import { type Movement, type Run } from '../src/stock/ledger.types.js';
import { MovementListener } from '../src/stock/movement-listener.js';
import { MovementsRepository } from '../src/stock/movements.repository.js';
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

/** A power cut: appended movements stay, and the caller receives no answer. */
class Death extends Error {}

/** A ledger in a process that dies at its n-th append, before or after it. */
class MortalLedger {
  constructor(
    private readonly ledger: LedgerService,
    private appendsLeft: number,
    private readonly before: boolean,
  ) {}

  async append(run: Run): Promise<Movement[]> {
    this.appendsLeft -= 1;
    if (this.appendsLeft < 0 || (this.appendsLeft === 0 && this.before)) throw new Death();
    const movements = await this.ledger.append(run);
    if (this.appendsLeft === 0) throw new Death();
    return movements;
  }
}

describe('concurrent changes of several entries by processes that die', () => {
  let module: TestingModule;
  let connection: Connection;

  beforeAll(async () => {
    module = await Test.createTestingModule({
      imports: [
        MongooseModule.forRoot(ownDatabase('saga'), { writeConcern: { w: 'majority', journal: true } }),
        MongooseModule.forFeature([{ name: StockCommand.name, schema: StockCommandSchema }]),
        DeafModule,
        StockModule,
      ],
      providers: [CommandsRepository],
    }).compile();
    await module.init();
    connection = module.get<Connection>(getConnectionToken());
    for (const name of [StockMovement.name, StockEntry.name, StockCommand.name])
      await module.get<Model<unknown>>(getModelToken(name)).createIndexes();
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await module.close();
  });

  const head = async (sku: string) => {
    const id = entryId(sku, 'main');
    return (await module.get(MovementsRepository).heads([id])).get(id);
  };

  const change = fc.record({
    lines: fc.uniqueArray(fc.record({ of: fc.nat(3), by: fc.integer({ min: -4, max: 3 }).filter((by) => by !== 0) }), {
      selector: ({ of }) => of,
      minLength: 2,
      maxLength: 4,
    }),
    /** The append at which each process dies; the last process survives. */
    deaths: fc.array(fc.record({ at: fc.integer({ min: 1, max: 6 }), before: fc.boolean() }), { maxLength: 3 }),
  });

  it('end at the sum of the commands that succeeded, each wholly or not at all, with nothing reserved', async () => {
    const repository = module.get(CommandsRepository);
    const ledger = module.get(LedgerService);
    const entries = module.get(EntriesRepository);
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 8 }),
        async (changes, start) => {
          const run = randomUUID().slice(0, 8);
          const skus = Array.from({ length: 4 }, (_, i) => `${run}-${i}`);
          await entries.ensure(skus.map((sku) => ({ sku, warehouse: 'main', master: 'ledger' })));
          const begin = adjustTo({ key: 'begin', cause: { type: 'command' }, quantity: start });
          await Promise.all(
            skus.map((sku) => ledger.append({ sku, warehouse: 'main', master: 'ledger', commands: [begin] })),
          );

          const outcomes = await Promise.all(
            changes.map(async ({ lines: asked, deaths }, i) => {
              const lines = asked.map(({ of, by }): AdjustLine => ({
                sku: `${run}-${of}`,
                warehouse: 'main',
                master: 'ledger',
                mode: 'delta',
                quantity: by,
              }));
              const _id = `${run}/${i}`;
              await repository.store({
                _id,
                actor: 'test',
                bodyHash: 'same',
                change: { kind: 'adjust', lines, reason: 'test' },
              });
              const attempt = async (own: Pick<LedgerService, 'append'>) => {
                const command = await repository.find(_id);
                if (!command) throw new Error('the command is gone');
                return new LedgerSaga(repository, own as LedgerService, entries).run(command, lines);
              };
              for (const { at, before } of deaths)
                await attempt(new MortalLedger(ledger, at, before)).catch((error: unknown) => {
                  if (!(error instanceof Death)) throw error;
                });
              // A process that lost its lease does not know it.
              const [answer, other] = await Promise.all([attempt(ledger), attempt(ledger)]);
              expect(other.status).toBe(answer.status);
              return { lines, done: answer.status === 200 };
            }),
          );

          for (const sku of skus) {
            const sum = outcomes
              .filter(({ done }) => done)
              .flatMap(({ lines }) => lines)
              .reduce((total, line) => total + (line.sku === sku ? line.quantity : 0), start);
            expect(await head(sku)).toMatchObject({ quantity: sum, reserved: 0 });
            expect(sum).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
