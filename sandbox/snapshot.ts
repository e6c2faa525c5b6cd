import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type FalabellaState } from './falabella/state.js';
import { type StoreSnapshot } from './odoo/store.js';
import { type TiendanubeState } from './tiendanube/state.js';

/** Everything that survives a restart. */
export interface Snapshot {
  version: 1;
  odoo: StoreSnapshot;
  falabella: FalabellaState;
  /** Absent in states from before Tiendanube was simulated. */
  tiendanube?: TiendanubeState;
}

const debounceMs = 200;

/**
 * Stores the state in one file, written beside it and moved over it, so that a reader sees either the old
 * or the new state. A change is on disk within a few hundred milliseconds; large states are written less
 * often, so that writing takes a small share of the time.
 */
export class SnapshotFile {
  private readonly path: string;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private waitMs = debounceMs;
  private dirty = false;

  constructor(
    private readonly folder: string,
    private readonly take: () => Snapshot,
    private readonly say: (line: string) => void,
  ) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, 'sandbox.json');
  }

  /** The stored state, or null for a fresh start. An unusable file is moved aside, never deleted. */
  load(): Snapshot | null {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    try {
      const snapshot = JSON.parse(text) as Snapshot;
      if (snapshot.version !== 1 || !snapshot.odoo['stock.quant'] || !snapshot.falabella.products)
        throw new Error('not a sandbox state of this version');
      return snapshot;
    } catch (error) {
      const aside = `${this.path}.corrupt-${Date.now()}`;
      renameSync(this.path, aside);
      this.say(
        `sandbox: the kept state cannot be read (${(error as Error).message}); it was put aside as ${aside} and the sandbox starts fresh`,
      );
      return null;
    }
  }

  /** Records that the state changed; it is written soon. */
  changed(): void {
    this.dirty = true;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.flush();
    }, this.waitMs);
  }

  /** Writes pending changes. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    if (!this.dirty) return;
    this.dirty = false;
    const began = Date.now();
    try {
      const text = JSON.stringify(this.take());
      await mkdir(this.folder, { recursive: true });
      const beside = `${this.path}.new`;
      const file = await open(beside, 'w');
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, this.path);
    } catch (error) {
      this.dirty = true;
      this.say(`sandbox: the state could not be written: ${(error as Error).message}`);
    }
    this.waitMs = Math.max(debounceMs, 10 * (Date.now() - began));
  }
}
