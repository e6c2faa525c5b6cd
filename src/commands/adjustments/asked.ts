import { InvalidInputError } from '../../common/errors.js';
import { MAIN_WAREHOUSE } from '../../connections/warehouses/warehouse.schema.js';
import { type AdjustmentDto, type AdjustmentLineDto } from './adjustment.dto.js';
import { type AskedAdjustment } from './adjustments.service.js';
import { type AskedLine } from './fold-lines.js';

/** The fields of a single line. They must not be given beside a list of lines. */
const OF_ONE_LINE = ['sku', 'warehouse', 'quantity', 'mode'] as const;

/** @throws InvalidInputError when a single line and a list of lines are given together */
export function askedBy(body: AdjustmentDto): AskedAdjustment {
  const { lines, reason, sku = '', warehouse, quantity = 0, mode = 'absolute' } = body;
  const master = body.master === undefined ? {} : { master: body.master };
  if (lines === undefined) {
    const line = lineOf({ sku, quantity, mode, ...(warehouse === undefined ? {} : { warehouse }) });
    return { lines: [line], listed: false, reason, ...master };
  }
  const beside = OF_ONE_LINE.filter((name) => body[name] !== undefined);
  if (beside.length > 0)
    throw new InvalidInputError(beside.map((field) => ({ field, expected: 'must not be given beside lines' })));
  return { lines: lines.map(lineOf), listed: true, reason, ...master };
}

function lineOf({ sku, warehouse = MAIN_WAREHOUSE, quantity, mode }: AdjustmentLineDto): AskedLine {
  return { sku, warehouse, mode, quantity };
}
