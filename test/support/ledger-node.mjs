/** The built ledger without the application, so that its process starts within a second. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @param {string} path below dist/ */
export function built(path) {
  return import(pathToFileURL(join(process.cwd(), process.env.TEST_DIST ?? 'dist', path)).href);
}

/**
 * @param {string} uri of the database, with its name
 * @param {(movements: object[]) => Promise<void>} [onMoved]  the listener
 * @returns the parts of the ledger as the application has them, on a connection of their own
 */
export async function openLedger(uri, onMoved = async () => undefined) {
  const { default: mongoose } = await import('mongoose');
  const [schemas, { MovementsRepository }, { EntriesRepository }, { ProjectionService }, { LedgerService }] =
    await Promise.all(
      ['schemas', 'movements.repository', 'entries.repository', 'projection.service', 'ledger.service'].map((name) =>
        built(`src/stock/${name}.js`),
      ),
    );
  const { Marks } = await built('src/common/mongo/mark.js');
  const connection = await mongoose
    .createConnection(uri, { writeConcern: { w: 'majority', journal: true }, autoCreate: false, autoIndex: false })
    .asPromise();
  const movement = connection.model(schemas.StockMovement.name, schemas.StockMovementSchema);
  const entry = connection.model(schemas.StockEntry.name, schemas.StockEntrySchema);
  const movements = new MovementsRepository(movement, entry);
  const entries = new EntriesRepository(entry);
  const projection = new ProjectionService(movements, entries, { onMoved });
  const ledger = new LedgerService(movements, projection);
  return {
    ledger,
    movements,
    entries,
    projection,
    connection,
    projectMarks: new Marks(movement, 'project'),
    /** Once per database, before anything is written. */
    prepare: () => Promise.all([movement, entry].map((model) => model.createIndexes())),
    close: async () => {
      await ledger.beforeApplicationShutdown();
      await projection.beforeApplicationShutdown();
      await connection.close();
    },
  };
}
