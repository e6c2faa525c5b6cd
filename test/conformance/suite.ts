import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Bench } from './bench.js';
import { type Ability, type Clause } from './clause.js';
import { checkClauses } from './clauses/checks.js';
import { erpClauses } from './clauses/erp.js';
import { errorClauses } from './clauses/errors.js';
import { hostileClauses } from './clauses/hostile.js';
import { orderClauses } from './clauses/orders.js';
import { pushClauses } from './clauses/pushes.js';
import { webhookClauses } from './clauses/webhooks.js';

/** Every rule of the contract. */
export const CLAUSES: readonly Clause[] = [
  ...webhookClauses,
  ...errorClauses,
  ...hostileClauses,
  ...pushClauses,
  ...orderClauses,
  ...erpClauses,
  ...checkClauses,
];

export const ABILITIES: readonly Ability[] = [
  'findPush',
  'planPush',
  'readStock',
  'fetchOrder',
  'changedOrders',
  'check',
];

export interface Conformance {
  readonly role: 'channel' | 'erp';
  /** The abilities that this connector does not have; the clauses about them are skipped. */
  readonly lacks?: readonly Ability[];
}

/** The clauses that apply to a connector. */
export function clausesFor({ role, lacks = [] }: Conformance): readonly Clause[] {
  return CLAUSES.filter(
    (one) => (one.role === 'any' || one.role === role) && !one.needs.some((ability) => lacks.includes(ability)),
  );
}

/** Runs every clause that holds for a connector against its platform. */
export function conformanceSuite(name: string, conformance: Conformance, start: () => Promise<Bench>): void {
  describe(`the contract, fulfilled by ${name}`, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await start();
    });
    afterAll(() => bench.stop());
    beforeEach(() => bench.reset());

    it('has the declared role, and lacks exactly the declared abilities', () => {
      const { role, lacks = [] } = conformance;
      expect(bench.connector.manifest.role).toBe(role);
      const able = ABILITIES.filter(
        (ability) => (bench.connector as unknown as Record<string, unknown>)[ability] !== undefined,
      );
      const ofRole = role === 'channel' ? ABILITIES : (['check'] as const);
      expect(able).toEqual(ofRole.filter((ability) => !lacks.includes(ability)));
    });

    it.each(clausesFor(conformance).map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      await one.check(bench);
    });
  });
}
