import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../../common/mongo/native.js';
import { ConnectionState } from '../../connections/schemas.js';

/** A look at everything of an ERP that has not ended. */
export interface OpenScan {
  readonly master: string;
  readonly name: string;
  readonly begun: Date;
  /** What was marked by then belongs to it. */
  readonly since: Date;
}

/** The looks at everything that are under way, for all processes. */
@Injectable()
export class Scans {
  private readonly connections: mongo.Collection<ConnectionState>;
  /** Hears of each sweep that begins, or goes on, in this process. */
  onBegun: () => void = () => undefined;

  constructor(@InjectModel(ConnectionState.name) model: Model<ConnectionState>) {
    this.connections = native(model);
  }

  /** Begins one; of one that is under way everything that is marked by now belongs to it, too. */
  async begin(master: string, name: string): Promise<void> {
    const now = new Date();
    const field = fieldOf(name);
    const update = { $set: { [`${field}.since`]: now }, $min: { [`${field}.begun`]: now } };
    await this.connections.updateOne({ _id: master }, update);
    this.onBegun();
  }

  /** `since`: only if nothing was added to it after that. */
  async end(master: string, name: string, since?: Date): Promise<void> {
    const field = fieldOf(name);
    const filter = { _id: master, ...(since ? { [`${field}.since`]: since } : {}) };
    await this.connections.updateOne(filter, { $unset: { [field]: '' } });
  }

  async open(): Promise<OpenScan[]> {
    const found = await this.connections.find({ sweeps: { $exists: true } }, { projection: { sweeps: 1 } }).toArray();
    return found.flatMap(({ _id, sweeps }) =>
      Object.entries(sweeps ?? {}).map(([name, its]) => ({ master: _id, name, ...its })),
    );
  }
}

/** @throws Error for a name that a path of the database cannot hold */
function fieldOf(name: string): string {
  if (!/^[\w-]+$/.test(name)) throw new Error(`a sweep's name is made of letters, digits, - and _: ${name}`);
  return `sweeps.${name}`;
}
