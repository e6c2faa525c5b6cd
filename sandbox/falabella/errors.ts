/**
 * An error of the Seller Center: the caller's fault (`Sender`) or its own (`Platform`). Sent with HTTP 200
 * by default.
 */
export class SellerCenterError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly type: 'Sender' | 'Platform' = 'Sender',
    readonly httpStatus = 200,
  ) {
    super(message);
  }
}

/** The text of a code, with its `E007:` prefix. */
const texts: Record<number, string> = {
  1: 'Parameter %s is mandatory',
  3: 'Timestamp has expired',
  4: 'Invalid Timestamp format',
  5: 'Invalid Request Format',
  6: 'Unexpected internal error',
  7: 'Login failed. Signature mismatch',
  8: 'Invalid Action',
  9: 'Access Denied',
  12: 'Invalid Feed ID',
  13: 'Invalid Feed Status',
  14: '"%s" Invalid Offset',
  15: '"%s" Invalid Page Size',
  16: '"%s" Invalid Order ID',
  17: '"%s" Invalid Date Format',
  18: 'CreatedAfter or UpdatedAfter is mandatory',
  19: '"%s" Invalid Limit',
  36: 'Invalid status filter',
  37: 'One or more order id in the list are incorrect',
  38: 'Too many orders were requested',
  39: 'No orders were found',
  56: 'Invalid OrdersIdList format. Must use array format [1,2]',
  74: 'Invalid sort direction',
  75: 'Invalid sort filter',
  89: '%s is a required field',
  98: 'Invalid webhook callback URL',
  97: 'Field %s has a wrong value',
  99: 'Invalid webhook event alias "%s"',
  100: 'Invalid Webhook ID',
  429: 'Too many requests',
  1000: 'Internal Application Error',
  1001: 'Invalid Seller Sku List: %s',
};

export function sellerError(code: number, detail = ''): SellerCenterError {
  const text = (texts[code] ?? 'Unknown error').replace('%s', detail);
  const platform = code === 6 || code === 1000;
  return new SellerCenterError(
    code,
    `E${String(code).padStart(3, '0')}: ${text}`,
    platform ? 'Platform' : 'Sender',
    code === 429 ? 429 : 200,
  );
}
