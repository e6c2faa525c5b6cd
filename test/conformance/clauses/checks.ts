import { expect } from '@jest/globals';
import { type Connection, type ConnectionCheck } from '../../../src/connectors/contract.js';
import { CORE_WORDS } from '../../../src/words/core-words.js';
import { Words } from '../../../src/words/words.js';
import { connectorWords } from '../../../src/connectors/manifest.js';
import { MANIFESTS } from '../../../src/connectors/index.js';
import { type Bench, type ChecksBench } from '../bench.js';
import { clause, type Clause } from '../clause.js';

const words = new Words({ ...connectorWords(MANIFESTS), ...CORE_WORDS });

function checksOf({ checks }: Bench): ChecksBench {
  if (!checks) throw new Error('the bench says nothing of checks');
  return checks;
}

async function checked({ connector }: Bench, connection: Connection<never>): Promise<ConnectionCheck> {
  const check = await connector.check?.(connection);
  if (!check) throw new Error('there is no check');
  return check;
}

export const checkClauses: readonly Clause[] = [
  clause(
    'a sound account passes its check, which changes nothing',
    async (bench) => {
      const { ok, account, findings } = await checked(bench, bench.connection);
      expect({ ok, findings: findings.filter((finding) => !finding.warning) }).toEqual({ ok: true, findings: [] });
      expect(account ?? '').toMatch(/\w/);
      expect(checksOf(bench).writes()).toBe(0);
    },
    'check',
  ),

  clause(
    'a check reports what is wrong with an account, with advice',
    async (bench) => {
      for (const { what, account, finds } of checksOf(bench).wrong) {
        bench.reset();
        const { ok, findings } = await checked(bench, account());
        const serious = findings.filter((finding) => !finding.warning);
        expect({ what, ok, finds: serious.map((finding) => finding.what) }).toEqual({
          what,
          ok: false,
          finds: expect.arrayContaining([finds]),
        });
        for (const { code } of serious)
          for (const part of ['problem', 'remedy'])
            expect(words.text({ code: `${code}.${part}` }, 'en')).toMatch(/\w+ \w+/);
      }
    },
    'check',
  ),

  clause(
    'a check reveals no secret',
    async (bench) => {
      const accounts = [() => bench.connection, ...checksOf(bench).wrong.map(({ account }) => account)];
      for (const account of accounts) {
        bench.reset();
        const told = JSON.stringify(await checked(bench, account()));
        for (const secret of bench.secrets) expect(told).not.toContain(secret);
      }
    },
    'check',
  ),
];
