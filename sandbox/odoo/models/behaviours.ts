import { type ModelName } from '../rows.js';
import { type Behaviour } from './method.js';
import { automationBehaviour, parameterBehaviour, serverActionBehaviour } from './automation.js';
import { moveBehaviour } from './move.js';
import { pickingBehaviour } from './picking.js';
import { productBehaviour } from './product.js';
import { quantBehaviour } from './quant.js';
import { returnBehaviour } from './return.js';
import { warehouseBehaviour } from './warehouse.js';

/** The models that are more than plain rows. */
export const behaviours: Partial<Record<ModelName, Behaviour>> = {
  'product.product': productBehaviour,
  'stock.quant': quantBehaviour,
  'stock.move': moveBehaviour,
  'stock.picking': pickingBehaviour,
  'stock.return.picking': returnBehaviour,
  'stock.warehouse': warehouseBehaviour,
  'base.automation': automationBehaviour,
  'ir.actions.server': serverActionBehaviour,
  'ir.config_parameter': parameterBehaviour,
};
