import { createHash, type Hash } from 'node:crypto';
import { type Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { checkpoint } from '../../common/checkpoint.js';
import { UnavailableError } from '../../common/errors.js';
import { MAIN_WAREHOUSE } from '../../connections/warehouses/warehouse.schema.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { FileTooLargeError, UnreadableFileError } from '../read/errors.js';
import { readLines } from '../read/formats.js';
import { textChunks } from '../read/text-chunks.js';
import { ChunksRepository, type NumberedChunk, type Upload } from './chunks.repository.js';
import { FormCheck } from './check-form.js';
import { FileTraits } from './file-traits.js';
import { type StockImport } from './import.schema.js';
import { type ImportLine, type ImportOptions } from './import.types.js';
import { type Arrived, ImportsRepository } from './imports.repository.js';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_LINES = 200_000;
const CHUNK_LINES = 500;
/** Chunks that are stored at the same time; at this number the body is not read further. */
const STORING = 4;

/** Receives a file line by line, holding only a few chunks in memory. */
@Injectable()
export class ImportIntake {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly chunks: ChunksRepository,
    private readonly warehouses: WarehousesService,
  ) {}

  /**
   * Receives the body of an import that was begun.
   * @throws UnreadableFileError, FileTooLargeError for a body that is not a file of lines; nothing of it
   * is kept
   * @throws RepeatedDeltasError when an earlier import has the same bytes, with delta lines
   */
  async receive(begun: StockImport, body: Readable): Promise<void> {
    try {
      const arrived = await this.store(begun, body);
      checkpoint('import.received');
      if (!(await this.imports.noteArrived(begun, arrived))) throw new UnavailableError('problems.unavailable.upload');
    } catch (error) {
      await this.chunks.forget(begun);
      await this.imports.forget(begun._id, begun.upload);
      throw error;
    }
  }

  /** The hash of a body, as after receiving it, without storing anything. */
  async hash(options: ImportOptions, body: Readable): Promise<string> {
    const hash = begunHash(options);
    for await (const chunk of bytesOf(body)) hash.update(chunk);
    return hash.digest('base64url');
  }

  private async store({ _id, upload, options }: StockImport, body: Readable): Promise<Arrived> {
    const hash = begunHash(options);
    const bytesHash = createHash('sha256');
    const check = new FormCheck(MAIN_WAREHOUSE, (code) => this.warehouses.find(code) !== undefined);
    const store = new Storing(this.chunks, { _id, upload });
    let lines: ImportLine[] = [];
    const traits = new FileTraits();
    let count = 0;
    try {
      for await (const raw of readLines(
        options.format,
        textChunks(hashed(bytesOf(body), bytesHash), MAX_BYTES, hash),
      )) {
        count += 1;
        if (count > MAX_LINES) throw new FileTooLargeError('problems.body-too-large.lines', MAX_LINES);
        const line = check.check(raw);
        traits.note(line);
        lines.push(line);
        if (lines.length < CHUNK_LINES) continue;
        await store.put(lines);
        lines = [];
      }
      if (lines.length > 0) await store.put(lines);
    } finally {
      await store.done();
    }
    if (count === 0) throw new UnreadableFileError(0, 'must have at least one line');
    return {
      bodyHash: hash.digest('base64url'),
      lines: count,
      chunks: store.count,
      ...(traits.isUnversioned && { unversioned: true }),
      ...(traits.hasDeltas && !options.again && { deltasHash: bytesHash.digest('base64url') }),
    };
  }
}

/** Stores chunks, a few at a time. */
class Storing {
  count = 0;
  private readonly underWay = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly chunks: ChunksRepository,
    private readonly upload: Upload,
  ) {}

  /** Waits while too many are being stored. @throws the error of an earlier one */
  async put(lines: readonly ImportLine[]): Promise<void> {
    const chunk: NumberedChunk = { number: this.count, lines };
    this.count += 1;
    const storing = this.chunks
      .put(this.upload, chunk)

      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .then(() => void this.underWay.delete(storing));
    this.underWay.add(storing);
    if (this.underWay.size >= STORING) await Promise.race(this.underWay);
    this.throwFailed();
  }

  async done(): Promise<void> {
    await Promise.all(this.underWay);
    this.throwFailed();
  }

  private throwFailed(): void {
    if (this.failure) throw this.failure.error;
  }
}

function begunHash({ format, dryRun, reason, ...further }: ImportOptions): Hash {
  const given = Object.keys(further).length === 0 ? [] : [further];
  return createHash('sha256').update(JSON.stringify([format, dryRun, reason ?? null, ...given]));
}

/** The bytes as they are; what is read of them is hashed. */
async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Does not destroy the body when a reader stops, because it belongs to the connection that carries the answer. */
function bytesOf(body: Readable): AsyncIterable<Uint8Array> {
  return body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}
