import { Injectable } from '@nestjs/common';
import { EntriesRepository } from './entries.repository.js';
import { NearestSkus } from './nearest-skus.js';

const PAGE = 5_000;
/** Entries read to name near SKUs. With more, only those of the first are named. */
const MOST_READ = 200_000;
/** How long what was read is used, in milliseconds. */
const FRESH_MS = 60_000;

/** Names the known SKUs that an unknown one may be meant to be. */
@Injectable()
export class NearSkus {
  private latest: Promise<NearestSkus> | null = null;

  constructor(private readonly entries: EntriesRepository) {}

  /** Those of all the given SKUs together, at most a few for each. */
  async of(skus: readonly string[]): Promise<readonly string[]> {
    const nearest = await (this.latest ??= this.readForAWhile());
    return [...new Set(skus.flatMap((sku) => nearest.of(sku)))];
  }

  /** All SKUs that have an entry. */
  async read(): Promise<NearestSkus> {
    const nearest = new NearestSkus();
    let after = '';
    for (let read = 0; read < MOST_READ; read += PAGE) {
      const page = await this.entries.skusAfter(after, PAGE);
      for (const sku of page) nearest.add(sku);
      if (page.length < PAGE) break;
      after = page.at(-1) ?? after;
    }
    return nearest;
  }

  private readForAWhile(): Promise<NearestSkus> {
    const forget = () => (this.latest = null);
    const reading = this.read();
    reading.then(() => setTimeout(forget, FRESH_MS).unref(), forget);
    return reading;
  }
}
