import { shownAddress, webhookAddress, webhookPlan } from './webhook-plan.js';

const TOKEN = 'a-token-of-twenty-four-characters';
const ADDRESS = `https://stock.example.com/falabella/webhook/${TOKEN}`;
const EVENTS = ['onOrderCreated', 'onOrderItemsStatusChanged'];
const hook = (webhookId: string, url: string, events: readonly string[] = EVENTS) => ({ webhookId, url, events });

describe('the registered webhooks', () => {
  it('are added when there are none', () => {
    expect(webhookPlan([], ADDRESS, EVENTS)).toEqual({ keep: [], remove: [], others: [], add: EVENTS });
  });

  it('are left alone when they are right, also with more events than needed', () => {
    const right = hook('1', ADDRESS, [...EVENTS, 'onFeedCreated']);
    expect(webhookPlan([right], ADDRESS, EVENTS)).toEqual({ keep: [right], remove: [], others: [], add: [] });
  });

  it('are replaced when an event is missing, and reduced to one when there are two', () => {
    expect(webhookPlan([hook('1', ADDRESS, ['onOrderCreated'])], ADDRESS, EVENTS)).toMatchObject({
      remove: [{ webhookId: '1', why: expect.stringContaining('onOrderItemsStatusChanged') as string }],
      add: EVENTS,
    });
    expect(webhookPlan([hook('1', ADDRESS), hook('2', ADDRESS)], ADDRESS, EVENTS)).toMatchObject({
      keep: [{ webhookId: '1' }],
      remove: [{ webhookId: '2' }],
      add: [],
    });
  });

  it('lose those with an old token, and no others', () => {
    const stale = hook('1', 'https://stock.example.com/falabella/webhook/an-older-token');
    const others = [
      hook('2', 'https://erp.example.com/falabella/webhook/x'),
      hook('3', 'https://stock.example.com/other'),
      hook('4', 'https://stock.example.com/falabella/webhook/deep/er'),
    ];
    const plan = webhookPlan([stale, ...others], ADDRESS, EVENTS);
    expect(plan.remove.map(({ webhookId }) => webhookId)).toEqual(['1']);
    expect(plan.others).toEqual(others);
  });
});

describe('the address of webhooks', () => {
  it.each(['https://stock.example.com', 'https://stock.example.com/', 'https://stock.example.com/?x=1#y'])(
    'is made of %s',
    (base) => {
      expect(webhookAddress(base, TOKEN)).toBe(ADDRESS);
    },
  );

  it('keeps the path under which this installation is reached', () => {
    expect(webhookAddress('https://example.com/stock/', TOKEN)).toBe(
      `https://example.com/stock/falabella/webhook/${TOKEN}`,
    );
  });

  it('is shown without its token, and without the tokens of others', () => {
    expect(shownAddress(ADDRESS)).toBe('https://stock.example.com/falabella/webhook/<token>');
    expect(shownAddress('https://other.example.com/hooks?key=secret')).toBe('https://other.example.com/hooks');
  });
});
