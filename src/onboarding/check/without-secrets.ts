import { type CheckFinding, type ConnectionCheck } from '../../connectors/contract.js';

/** Replaces a secret of ours that a platform quoted. */
const HIDDEN = '***';

/** What came of a test, with every secret struck out: a platform may quote what it was sent, as it is or as it stands in an address. */
export function withoutSecrets(check: ConnectionCheck, secrets: readonly string[]): ConnectionCheck {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).sort((a, b) => b.length - a.length);
  const clean = (text: string) => forms.reduce((cleaned, secret) => cleaned.replaceAll(secret, HIDDEN), text);
  return {
    ...check,
    account: check.account === null ? null : clean(check.account),
    findings: check.findings.map((finding): CheckFinding => {
      if (!finding.params) return finding;
      const params = Object.entries(finding.params).map(([name, value]) => [
        name,
        typeof value === 'string' ? clean(value) : value,
      ]);
      return { ...finding, params: Object.fromEntries(params) as CheckFinding['params'] };
    }),
  };
}
