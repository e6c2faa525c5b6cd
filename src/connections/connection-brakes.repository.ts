import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../common/mongo/native.js';
import { ConnectionState, type BrakeState } from './connection.schema.js';

/** A full scan of an ERP that has not ended. */
export interface OpenScan {
  /** The ERP connection. */
  readonly master: string;
  readonly name: string;
  readonly begun: Date;
  /** Entries that were marked by then belong to it. */
  readonly since: Date;
}

/** Reads and writes what the brake keeps on a connection: its state, its limits, the last approval, and open scans. */
@Injectable()
export class ConnectionBrakes {
  private readonly connections: mongo.Collection<ConnectionState>;

  constructor(@InjectModel(ConnectionState.name) model: Model<ConnectionState>) {
    this.connections = native(model);
  }

  find(id: string): Promise<Pick<ConnectionState, 'brake' | 'brakeLimits' | 'brakeApproved'> | null> {
    return this.connections.findOne({ _id: id });
  }

  async setBrake(id: string, brake: BrakeState): Promise<void> {
    await this.connections.updateOne({ _id: id }, { $set: { brake } });
  }

  async clearBrake(id: string): Promise<void> {
    await this.connections.updateOne({ _id: id }, { $unset: { brake: '' } });
  }

  async setApproval(id: string, approval: NonNullable<ConnectionState['brakeApproved']>): Promise<void> {
    await this.connections.updateOne({ _id: id }, { $set: { brakeApproved: approval } });
  }

  /** Sets or clears limits by name; null takes a limit back to the setting of the environment. */
  async setLimits(id: string, limits: readonly (readonly [name: string, value: number | null])[]): Promise<void> {
    const set = limits.flatMap(([name, value]) => (value === null ? [] : [[`brakeLimits.${name}`, value] as const]));
    const unset = limits.flatMap(([name, value]) =>
      value === null ? [[`brakeLimits.${name}`, '' as const] as const] : [],
    );
    if (limits.length === 0) return;
    await this.connections.updateOne(
      { _id: id },
      {
        ...(set.length > 0 ? { $set: Object.fromEntries(set) } : {}),
        ...(unset.length > 0 ? { $unset: Object.fromEntries(unset) } : {}),
      },
    );
  }

  /** Ids of the connections whose brake is on. */
  async braked(): Promise<string[]> {
    const found = await this.connections.find({ brake: { $exists: true } }, { projection: { _id: 1 } }).toArray();
    return found.map(({ _id }) => _id);
  }

  /** Begins a scan. Entries marked by now also belong to one that is open. */
  async beginScan(master: string, name: string): Promise<void> {
    const now = new Date();
    const field = fieldOf(name);
    const update = { $set: { [`${field}.since`]: now }, $min: { [`${field}.begun`]: now } };
    await this.connections.updateOne({ _id: master }, update);
  }

  /** @param since ends it only if nothing was added after that time */
  async endScan(master: string, name: string, since?: Date): Promise<void> {
    const field = fieldOf(name);
    const filter = { _id: master, ...(since ? { [`${field}.since`]: since } : {}) };
    await this.connections.updateOne(filter, { $unset: { [field]: '' } });
  }

  async openScans(): Promise<OpenScan[]> {
    const found = await this.connections.find({ scans: { $exists: true } }, { projection: { scans: 1 } }).toArray();
    return found.flatMap(({ _id, scans }) =>
      Object.entries(scans ?? {}).map(([name, scan]) => ({ master: _id, name, ...scan })),
    );
  }
}

/** @throws Error for a name that a path of the database cannot hold */
function fieldOf(name: string): string {
  if (!/^[\w-]+$/.test(name)) throw new Error(`a scan's name has letters, digits, - and _ only: ${name}`);
  return `scans.${name}`;
}
