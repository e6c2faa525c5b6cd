import { type PushOutcome } from '../contract.js';
import { type Feed } from './interfaces/falabella.interface.js';
import { skusNamedIn } from './named-skus.js';

type Rejection = { readonly sku: string; readonly reason: string };

/**
 * The outcome of a push, from its feed. `Finished` only means that the feed has ended: all of its records
 * may have failed.
 */
export function feedOutcome(feed: Feed): PushOutcome {
  switch (feed.state) {
    case 'queued':
    case 'processing':
    case 'unknown':
      return { state: 'pending' };
    case 'canceled':
      return { state: 'failed', reason: 'the feed was cancelled in Seller Center' };
    case 'error':
      return { state: 'failed', reason: `Falabella could not process the feed${firstMessage(feed)}` };
    case 'finished':
      return finished(feed);
  }
}

/** With more failures than names it is unknown which SKUs were accepted, so none counts as published. */
function finished(feed: Feed): PushOutcome {
  const rejected = rejections(feed);
  const failed = feed.failed ?? rejected.length;
  if (failed <= rejected.length) return { state: 'finished', rejected };
  const named =
    rejected.length === 0 ? 'none of them' : `only ${rejected.map((rejection) => rejection.sku).join(', ')}`;
  return {
    state: 'failed',
    reason: `Falabella refused ${failed} of ${feed.total ?? 'an unknown number of'} SKUs and named ${named}${firstMessage(feed)}`,
  };
}

/** One entry per SKU, with all of its errors. */
function rejections(feed: Feed): readonly Rejection[] {
  const reasons = new Map<string, Set<string>>();
  for (const error of feed.errors) {
    for (const sku of error.sku === null ? skusNamedIn(error.message) : [error.sku]) {
      reasons.set(sku, (reasons.get(sku) ?? new Set()).add(error.message || `error ${error.code}`));
    }
  }
  return [...reasons].map(([sku, messages]) => ({ sku, reason: [...messages].join('; ') }));
}

function firstMessage(feed: Feed): string {
  const message = feed.errors.find((error) => error.message !== '')?.message;
  return message === undefined ? '' : `: ${message}`;
}
