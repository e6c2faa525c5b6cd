import { type AuditReader } from './audit-reader.js';
import { ChainCheck, type AuditedMovement, type ChainEnd } from './chain-check.js';
import { agrees, examine } from './examine.js';
import { isRepairable, type Finding } from './finding.js';
import { repair } from './repair.js';

const ENDS_TOGETHER = 500;

export interface AuditEvents {
  /** A problem that remains. */
  readonly found: (finding: Finding) => void;
  /** A problem that was repaired. Called only when repairs are asked for. */
  readonly repaired: (finding: Finding, now: string) => void;
  readonly progress: (counts: Counts) => void;
}

export interface Counts {
  movements: number;
  entries: number;
  /** Entries whose newest movement is not projected yet. */
  pending: number;
}

/**
 * Recomputes every entry from its chain and compares the result with the projection. Its memory does not
 * grow with the ledger, and the product may run at the same time. With `mending` it repairs projections;
 * it never changes a chain.
 */
export class Audit {
  private readonly counts: Counts = { movements: 0, entries: 0, pending: 0 };
  private readonly suspects: AuditedMovement[] = [];
  private chain: ChainCheck | null = null;
  private ends: ChainEnd[] = [];

  constructor(
    private readonly reader: AuditReader,
    private readonly events: AuditEvents,
    private readonly mending: boolean,
  ) {}

  async run(): Promise<Counts> {
    await this.followChains();
    await this.findEmpty();
    return this.counts;
  }

  private async followChains(): Promise<void> {
    for await (const page of this.reader.chains()) {
      for (const movement of page) this.chainOf(movement).take(movement);
      this.counts.movements += page.length;
      await this.confirmSuspects();
      if (this.ends.length >= ENDS_TOGETHER) await this.compareEnds();
      this.events.progress(this.counts);
    }
    if (this.chain) this.ends.push(this.chain.end());
    await this.compareEnds();
  }

  /** The check of the movement's chain; a new one when the movement begins another chain. */
  private chainOf({ entry }: AuditedMovement): ChainCheck {
    if (this.chain?.entry === entry) return this.chain;
    if (this.chain) this.ends.push(this.chain.end());
    this.chain = new ChainCheck(entry, this.events.found, (suspect) => this.suspects.push(suspect));
    return this.chain;
  }

  /** Finds entries that show units although they have no movement. */
  private async findEmpty(): Promise<void> {
    for await (const page of this.reader.allEntries()) {
      const begun = await this.reader.begun(page.map(({ _id }) => _id));
      const showing = page.filter(({ _id, seq, quantity, reserved, available }) => {
        const isEmpty = seq === 0 && quantity === 0 && reserved === 0 && available === 0;
        return !begun.has(_id) && !isEmpty;
      });
      for (const { _id } of showing) await this.lookCloser(_id, (finding) => finding.kind === 'no_movements');
      this.events.progress(this.counts);
    }
  }

  private async compareEnds(): Promise<void> {
    const ends = this.ends;
    this.ends = [];
    const shown = new Map(
      (await this.reader.entriesOf(ends.map(({ entry }) => entry))).map((entry) => [entry._id, entry]),
    );
    for (const end of ends) if (!agrees(shown.get(end.entry), end)) await this.lookCloser(end.entry);
    this.counts.entries += ends.length;
  }

  private async confirmSuspects(): Promise<void> {
    for (const { entry, key, seq } of this.suspects.splice(0)) {
      const uses = await this.reader.uses(entry, key);
      if (uses > 1) this.events.found({ kind: 'key_twice', entry, seq, detail: `the key ${key} was used before` });
    }
  }

  private async lookCloser(entry: string, isNew: (finding: Finding) => boolean = () => true): Promise<void> {
    const { finding, pending } = await examine(this.reader, entry);
    if (pending) this.counts.pending += 1;
    if (finding === null || !isNew(finding)) return;
    if (!this.mending || !isRepairable(finding)) return this.events.found(finding);
    const done = await repair(this.reader, entry);
    const end = done?.after.head;
    this.events.repaired(
      finding,
      `now seq ${end?.seq ?? 0}, quantity ${end?.quantity ?? 0}, reserved ${end?.reserved ?? 0}`,
    );
  }
}
