import { Injectable } from '@nestjs/common';
import { ConnectionBrakes, type OpenScan } from '../../connections/connection-brakes.repository.js';

/** The full scans that are open, for all processes. */
@Injectable()
export class Scans {
  /** Called for each scan that begins, or continues, in this process. */
  onBegun: () => void = () => undefined;

  constructor(private readonly brakes: ConnectionBrakes) {}

  /** Begins a scan. Entries marked by now belong to an open one, too. */
  async begin(master: string, name: string): Promise<void> {
    await this.brakes.beginScan(master, name);
    this.onBegun();
  }

  /** @param since ends it only if nothing was added after that time */
  end(master: string, name: string, since?: Date): Promise<void> {
    return this.brakes.endScan(master, name, since);
  }

  open(): Promise<OpenScan[]> {
    return this.brakes.openScans();
  }
}
