import { expect } from '@jest/globals';
import { NoAnswerError } from '../../../src/common/http/outbound.service.js';
import { isChannel, isErp } from '../bench.js';
import { clause, textOf, thrown, type Clause } from '../clause.js';

export const errorClauses: readonly Clause[] = [
  clause('every error is classified', async (bench) => {
    for (const { what, provoke, remedy } of bench.troubles) {
      bench.reset();
      const error = await thrown(provoke(bench.connector));
      expect({ what, remedy: bench.connector.classify(error) }).toEqual({
        what,
        remedy: expect.objectContaining(remedy),
      });
    }
  }),

  clause('an outage counts against no item and pauses nothing', async (bench) => {
    const errors: unknown[] = [
      new NoAnswerError('timeout', true, 'no answer'),
      new NoAnswerError('network', false, 'no answer'),
    ];
    const outages = bench.troubles.filter(({ outage }) => outage);
    expect(outages.length).toBeGreaterThan(0);
    for (const { provoke } of outages) {
      bench.reset();
      errors.push(await thrown(provoke(bench.connector)));
    }
    for (const error of errors) expect(['retry', 'wait']).toContain(bench.connector.classify(error).do);
  }),

  clause('where a page of a list is too large, a smaller one is read', async (bench) => {
    const read = async () => {
      if (isErp(bench)) return bench.connector.observeStock(bench.erp.skus, bench.connection);
      if (isChannel(bench)) return (await bench.connector.listListings(null, bench.connection)).items;
      throw new Error('neither a channel nor an ERP');
    };
    const whole = await read();
    const wasSent = bench.swellList();
    const [first] = [await read()].flat();
    expect([whole].flat()).toContainEqual(first);
    expect(wasSent()).toBe(true);
  }),

  clause('an unknown error is retried', async (bench) => {
    for (const error of [new TypeError('x is not a function'), 'words', undefined, null])
      expect(bench.connector.classify(error).do).toBe('retry');
  }),

  clause('an error that needs a person comes with an explanation', async (bench) => {
    for (const { provoke, remedy } of bench.troubles) {
      if (remedy.do !== 'pause' && remedy.do !== 'giveUp') continue;
      bench.reset();
      const found = bench.connector.classify(await thrown(provoke(bench.connector)));
      expect(found).toMatchObject({ reason: expect.stringMatching(/\w+ \w+ \w+/) });
    }
  }),

  clause('no secret is in any error, failure action or log', async (bench) => {
    const seen: string[] = [];
    for (const { provoke } of bench.troubles) {
      bench.reset();
      const error = await thrown(provoke(bench.connector));
      seen.push(textOf(error), JSON.stringify(bench.connector.classify(error)), bench.logged());
    }
    expect(seen.join('').length).toBeGreaterThan(100);
    for (const secret of bench.secrets) expect(seen.filter((text) => text.includes(secret))).toEqual([]);
  }),
];
