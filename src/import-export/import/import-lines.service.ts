import { Injectable } from '@nestjs/common';
import { fromCursor, toCursor } from '../../common/cursor.js';
import { type Language } from '../../words/language.js';
import { ChunksRepository, type Upload } from './chunks.repository.js';
import { type ImportLine, type LineOutcome } from './import.types.js';
import { errorViews, lineView, type ImportErrorView, type ImportLinePage } from './import.view.js';

const SHOWN = { changes: ['created', 'changed'], errors: ['wrong', 'refused', 'failed'] } as const satisfies Record<
  string,
  readonly LineOutcome[]
>;

/** The lines of a file to show: all, those that change something, or those that cannot be applied. */
export type Show = keyof typeof SHOWN | 'all';
export const SHOWS = ['all', 'changes', 'errors'] as const satisfies readonly Show[];

/** The lines that a reader wants to see, and the reader's language. */
export interface LinesWanted {
  readonly show: Show;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly language: Language;
}

/** The start of a page: a chunk, and the number of its lines before it. */
type Place = readonly [chunk: number, line: number];

const FIRST: Place = [0, 0];
const CHUNKS_AT_ONCE = 4;

/** Pages through the lines of a file. */
@Injectable()
export class ImportLines {
  constructor(private readonly chunks: ChunksRepository) {}

  /** @throws InvalidInputError for an invalid cursor */
  async page(upload: Upload, { show, limit, cursor, language }: LinesWanted): Promise<ImportLinePage> {
    const from = cursor === undefined ? FIRST : fromCursor(cursor, isPlace);
    const found = await this.find(upload, show, limit + 1, from);
    const next = found[limit];
    return {
      items: found.slice(0, limit).map(({ line }) => lineView(line, language)),
      nextCursor: next ? toCursor(next.place) : null,
    };
  }

  async errors(upload: Upload, limit: number, language: Language): Promise<ImportErrorView[]> {
    const found = await this.find(upload, 'errors', limit, FIRST);
    return found.flatMap(({ line }) => errorViews(line, language)).slice(0, limit);
  }

  private async find(
    upload: Upload,
    show: Show,
    limit: number,
    [first, skip]: Place,
  ): Promise<{ place: Place; line: ImportLine }[]> {
    const only = show === 'all' ? undefined : SHOWN[show];
    const found: { place: Place; line: ImportLine }[] = [];
    for (let next = first; found.length < limit;) {
      const chunks = await this.chunks.read(upload, next, CHUNKS_AT_ONCE, only);
      for (const { number, lines } of chunks) {
        for (const [position, line] of lines.entries()) {
          if (number === first && position < skip) continue;
          if (isShown(line, only)) found.push({ place: [number, position], line });
        }
      }
      const last = chunks.at(-1);
      if (!last) break;
      next = last.number + 1;
    }
    return found.slice(0, limit);
  }
}

function isShown({ outcome }: ImportLine, only: readonly LineOutcome[] | undefined): boolean {
  return only === undefined || (outcome !== undefined && only.includes(outcome));
}

function isPlace(place: unknown): place is Place {
  return (
    Array.isArray(place) &&
    place.length === 2 &&
    place.every((part) => Number.isSafeInteger(part) && Number(part) >= 0 && Number(part) < 1e6)
  );
}
