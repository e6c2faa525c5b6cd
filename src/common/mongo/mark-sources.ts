/** Where on a document of a source it is said what it is about: dotted paths. Left out: it does not say. */
export interface MarkAbout {
  readonly connection?: string;
  readonly orderId?: string;
  readonly sku?: string;
}

/** One field of one collection that holds marks. */
export interface MarkSource {
  readonly collection: string;
  readonly field: string;
  readonly about: MarkAbout;
  readonly marks: {
    takeOverdue(limit: number, againMs: number, now?: Date): Promise<string[]>;
    oldestWaiting(): Promise<Date | null>;
    waitsSince(from: Date, to: Date): Promise<boolean>;
  };
  /** Has somebody look at these now. False: they are left to a later round. */
  readonly hint: (ids: string[]) => Promise<boolean>;
}

/** `collection.field`: what kind of work a mark of this source stands for. */
export function markKind({ collection, field }: Pick<MarkSource, 'collection' | 'field'>): string {
  return `${collection}.${field}`;
}

/** Every kind of mark that there is: what the sweeper goes through, and what is shown as open work. Provided by whoever knows all the work. */
export abstract class MarkSources {
  abstract readonly all: readonly MarkSource[];
}

const DUE = /^(.+)\.due$/;

/** The marks whose index for the sweeper is there, but that are in no source: nobody would ever find them. */
export function unsweptMarks(
  indexed: readonly { readonly collection: string; readonly keys: readonly string[] }[],
  sources: readonly MarkSource[],
): string[] {
  const swept = new Set(sources.map(markKind));
  return indexed
    .flatMap(({ collection, keys }) =>
      keys.flatMap((key) => {
        const field = DUE.exec(key)?.[1];
        return field === undefined ? [] : [markKind({ collection, field })];
      }),
    )
    .filter((kind) => !swept.has(kind));
}
