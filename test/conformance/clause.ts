import { type ChannelConnector } from '../../src/connectors/contract.js';
import { isChannel, isErp, type Bench, type ChannelSubject, type ErpSubject } from './bench.js';

/** An optional ability of a connector. Clauses that need it are skipped where it is absent. */
export type Ability = keyof Pick<
  ChannelConnector,
  'findPush' | 'planPush' | 'readStock' | 'fetchOrder' | 'changedOrders' | 'check'
>;

/** One rule for every connector of its role that has the needed abilities. */
export interface Clause {
  readonly name: string;
  readonly role: 'any' | 'channel' | 'erp';
  readonly needs: readonly Ability[];
  /** Rejects when the connector breaks the rule. */
  readonly check: (bench: Bench) => Promise<void>;
}

export function clause(name: string, check: (bench: Bench) => Promise<void>, ...needs: readonly Ability[]): Clause {
  return { name, role: 'any', needs, check };
}

export function channelClause(
  name: string,
  check: (bench: ChannelSubject) => Promise<void>,
  ...needs: readonly Ability[]
): Clause {
  const run = async (bench: Bench): Promise<void> => {
    if (!isChannel(bench)) throw new Error('not a channel');
    await check(bench);
  };
  return { name, role: 'channel', needs, check: run };
}

export function erpClause(name: string, check: (bench: ErpSubject) => Promise<void>): Clause {
  const run = async (bench: Bench): Promise<void> => {
    if (!isErp(bench)) throw new Error('not an ERP');
    await check(bench);
  };
  return { name, role: 'erp', needs: [], check: run };
}

/** The error of `work`. @throws Error when it succeeds */
export async function thrown(work: Promise<unknown>): Promise<unknown> {
  const outcome = await work.then(
    () => ({ threw: false, error: undefined }),
    (error: unknown) => ({ threw: true, error }),
  );
  if (!outcome.threw) throw new Error('nothing was thrown');
  return outcome.error;
}

/** All texts of an error that a reader could see. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? '';
  return [error.message, error.stack, JSON.stringify(error, Object.getOwnPropertyNames(error))].join('\n');
}
