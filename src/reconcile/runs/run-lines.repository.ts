import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../../common/mongo/native.js';
import { type Run, RunLine } from './run.schema.js';
import { type Finding, type Outcome } from './run.types.js';

const PART_DIGITS = 3;
/** Outcomes that reports leave out. */
const UNSAID = ['matched', 'suspect'] as const;

/** The findings of runs, line by line. */
@Injectable()
export class RunLinesRepository {
  private readonly collection: mongo.Collection<RunLine>;

  constructor(@InjectModel(RunLine.name) model: Model<RunLine>) {
    this.collection = native(model);
  }

  /** Stores the findings of a step. Repeating it stores the same lines. */
  async put(run: Run, findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return;
    const { connection } = run.parts[run.part] ?? { connection: '' };
    const at = new Date();
    await this.collection.bulkWrite(
      findings.map(({ key, ...found }) => {
        const replacement = { connection, ...found, at, expireAt: run.expireAt };
        return { replaceOne: { filter: { _id: lineId(run, key) }, replacement, upsert: true } };
      }),
      { ordered: false },
    );
  }

  /** A step is repeated from its beginning: its earlier findings are deleted. */
  async forget(run: Run, keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.collection.deleteMany({ _id: { $in: keys.map((key) => lineId(run, key)) } });
  }

  /** The suspects of the current part, in order, after the line `after`, including those already decided. */
  async suspects(run: Run, after: string | null, limit: number): Promise<RunLine[]> {
    const prefix = partPrefix(run);
    const filter = {
      _id: { $gt: after ?? prefix, $lt: endOf(prefix) },
      $or: [{ outcome: 'suspect' as const }, { again: true as const }],
    };
    return this.collection.find(filter, { sort: { _id: 1 }, limit }).toArray();
  }

  /** Lines of a report, in order, after the line `after`. */
  async page(run: string, outcome: Outcome | undefined, after: string | undefined, limit: number): Promise<RunLine[]> {
    const prefix = `${run}/`;
    const said = outcome === undefined ? { $nin: [...UNSAID] } : outcome;
    const filter = { _id: { $gt: after ?? prefix, $lt: endOf(prefix) }, outcome: said } as mongo.Filter<RunLine>;
    return this.collection.find(filter, { sort: { _id: 1 }, limit }).toArray();
  }
}

/** The part of a line's id that identifies it within its part of the run. */
export function keyOfLine({ _id }: Pick<RunLine, '_id'>): string {
  const [, , ...key] = _id.split('/');
  return key.join('/');
}

/** A line as it was found. */
export function asFinding(line: RunLine): Finding {
  const { outcome, sku, warehouse, externalId, ours, theirs, reason, detail, again } = line;
  return {
    key: keyOfLine(line),
    outcome,
    sku,
    ...(warehouse !== undefined && { warehouse }),
    ...(externalId !== undefined && { externalId }),
    ...(ours !== undefined && { ours }),
    ...(theirs !== undefined && { theirs }),
    ...(reason !== undefined && { reason }),
    ...(detail !== undefined && { detail }),
    ...(again && { again }),
  };
}

function lineId(run: Run, key: string): string {
  return `${partPrefix(run)}${key}`;
}

function partPrefix(run: Run): string {
  return `${run._id}/${String(run.part).padStart(PART_DIGITS, '0')}/`;
}

/** Ids with a prefix that ends in a slash end before the character after the slash. */
function endOf(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}
