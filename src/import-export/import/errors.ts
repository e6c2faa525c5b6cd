import { ConflictError } from '../../common/errors.js';
import { type StockImport } from './import.schema.js';

/** An earlier import has the same bytes. Its differences would count a second time. */
export class RepeatedDeltasError extends ConflictError {
  constructor({ _id, createdAt }: Pick<StockImport, '_id' | 'createdAt'>) {
    const at = createdAt.toISOString();
    const earlier = { importId: _id, href: `/stock/imports/${_id}`, createdAt: at };
    super('problems.import-repeated.detail', { import: _id, at }, earlier);
  }
}
