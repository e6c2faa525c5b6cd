import { type mongo } from 'mongoose';
import { Audit } from '../../stock/audit/audit.js';
import { AuditReader } from '../../stock/audit/audit-reader.js';
import { type Finding, type FindingKind } from '../../stock/audit/finding.js';
import { type Terminal } from './terminal.js';
import { EXIT } from './usage.js';

const MOST_LINES = 200;

/** `verify` and, with `mending`, `rebuild`. @returns the exit status */
export async function audit(db: mongo.Db, terminal: Terminal, mending: boolean): Promise<number> {
  const reader = AuditReader.of(db);
  const expected = await reader.movements.estimatedDocumentCount();
  const tally = new Tally(terminal);
  const since = performance.now();
  const counts = await new Audit(
    reader,
    {
      found: (finding) => tally.found(finding),
      repaired: (finding, now) => tally.repaired(finding, now),
      progress: ({ movements, entries }) =>
        terminal.progress(
          () =>
            `  ${number(movements)} of about ${number(Math.max(expected, movements))} movements, ${number(entries)} entries`,
        ),
    },
    mending,
  ).run();
  const seconds = (performance.now() - since) / 1000;
  const rate = seconds > 1 ? ` (${number(Math.round(counts.movements / seconds))}/s)` : '';
  terminal.say(
    `${number(counts.movements)} movements of ${number(counts.entries)} entries in ${seconds.toFixed(1)} s${rate}.`,
  );
  if (counts.pending > 0)
    terminal.say(
      `${number(counts.pending)} entries wait for their newest movements; the product carries those on when it runs.`,
    );
  for (const line of tally.summary(mending)) terminal.say(line);
  return tally.left > 0 ? EXIT.differences : EXIT.fine;
}

/** Prints the first findings one by one, and counts all. */
class Tally {
  left = 0;
  private mended = 0;
  private lines = 0;
  private readonly kinds = new Map<FindingKind, number>();

  constructor(private readonly terminal: Terminal) {}

  found(finding: Finding): void {
    this.left += 1;
    this.kinds.set(finding.kind, (this.kinds.get(finding.kind) ?? 0) + 1);
    this.line(`${placeOf(finding)}  ${finding.kind}: ${finding.detail}`);
  }

  repaired(finding: Finding, now: string): void {
    this.mended += 1;
    this.line(`${placeOf(finding)}  repaired, ${finding.kind}: ${finding.detail}; ${now}`);
  }

  summary(mending: boolean): string[] {
    const more = this.lines > MOST_LINES ? [`... and ${number(this.lines - MOST_LINES)} more of these.`] : [];
    const kinds = [...this.kinds].map(([kind, count]) => `${number(count)} ${kind}`).join(', ');
    const left = this.left === 0 ? 'No differences.' : `${number(this.left)} differences: ${kinds}.`;
    if (!mending) return [...more, left];
    const chains = this.left > 0 ? ' Chains are never repaired: compare with a backup.' : '';
    return [
      ...more,
      `${number(this.mended)} entries repaired. ${this.left === 0 ? 'Nothing else is wrong.' : left}${chains}`,
    ];
  }

  private line(text: string): void {
    this.lines += 1;
    if (this.lines <= MOST_LINES) this.terminal.say(text);
  }
}

function placeOf({ entry, seq }: Finding): string {
  return seq === undefined ? entry : `${entry} seq ${seq}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
