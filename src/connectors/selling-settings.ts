import { type SellingRules } from '../config/selling-rules.js';
import { oneOf, whole, type ValuesOf } from '../config/setting.js';

/** The settings that say when orders of a channel count. `deliverAt`: the statuses to choose from, the default first. */
export function sellingSettings<const Status extends SellingRules['deliverAt']>(
  deliverAt: readonly [Status, ...Status[]],
) {
  return {
    reserveAt: oneOf(
      'When an order takes its units out of what is available: as soon as it is created, or when it is paid',
      'created',
      ['created', 'paid'],
    ),
    deliverAt: oneOf<Status>('From which status on the ERP delivers an order', deliverAt[0], deliverAt),
    deliverUnpaid: oneOf('Whether the ERP delivers orders that count as unpaid, such as cash on delivery', 'no', [
      'no',
      'yes',
    ]),
    reservationHours: whole(
      'After how many hours an order that may not be delivered yet loses its reservation; 0: never',
      0,
      0,
      8_760,
    ),
  };
}

export function sellingRules(
  values: ValuesOf<ReturnType<typeof sellingSettings>>,
  pushes: SellingRules['pushes'],
): SellingRules {
  return {
    reserveAt: values.reserveAt,
    deliverAt: values.deliverAt,
    deliverUnpaid: values.deliverUnpaid === 'yes',
    reservationHours: values.reservationHours === 0 ? null : values.reservationHours,
    pushes,
  };
}
