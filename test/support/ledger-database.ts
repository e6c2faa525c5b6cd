import { randomBytes } from 'node:crypto';
import { createConnection, type Connection, type mongo } from 'mongoose';
import { withDatabase } from '../../src/config/mongo-uri.js';
import { type Movement } from '../../src/stock/ledger.types.js';
import { StockEntrySchema, StockMovementSchema, type StockEntry } from '../../src/stock/schemas.js';

/** A separate database with the collections of the ledger, read directly. */
export class LedgerDatabase {
  private constructor(
    readonly uri: string,
    readonly connection: Connection,
  ) {}

  static async create(label: string): Promise<LedgerDatabase> {
    const given = process.env.MONGODB_URI;
    if (!given) throw new Error('MONGODB_URI must lead to a database for tests: start them with `npm test`');
    const uri = withDatabase(given, () => `t_${label}_${randomBytes(4).toString('hex')}`);
    const connection = await createConnection(uri).asPromise();
    await connection.model('StockMovement', StockMovementSchema).createIndexes();
    await connection.model('StockEntry', StockEntrySchema).createIndexes();
    return new LedgerDatabase(uri, connection);
  }

  get movements(): mongo.Collection<Movement & { project?: unknown }> {
    return this.connection.collection('stock_movements') as unknown as mongo.Collection<
      Movement & { project?: unknown }
    >;
  }

  get entries(): mongo.Collection<StockEntry> {
    return this.connection.collection('stock_entries') as unknown as mongo.Collection<StockEntry>;
  }

  async drop(): Promise<void> {
    await this.connection.dropDatabase();
    await this.connection.close();
  }
}
