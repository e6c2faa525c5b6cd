import { type Marks } from './mark.js';

/** Dotted paths on a marked document. An absent path: the document does not have this. */
export interface MarkAbout {
  readonly connection?: string;
  readonly orderId?: string;
  readonly sku?: string;
}

/** A mark as its owner declares it. */
interface MarkDeclaration {
  readonly about: MarkAbout;
  /** The queue that serves the mark, or a function that serves it within this process. */
  readonly wake: string | ((ids: string[]) => void);
  /** The ids in a job, where they are not those of the marked documents. */
  readonly idsOf?: (ids: readonly string[]) => string[];
}

/** One field of one collection that holds marks, and how its work is woken. */
export interface MarkSource extends MarkDeclaration {
  readonly collection: string;
  readonly field: string;
  readonly marks: Pick<Marks<{ _id: string }>, 'takeOverdue' | 'oldestWaiting' | 'waitsSince'>;
}

const DECLARED = 'stock-orchestrator:mark-sources';

type Declared<Owner> = (owner: Owner) => MarkDeclaration;

/**
 * Declares marks on the property that holds them. The sweeper finds them through it, and `/tasks` shows
 * them.
 * @param declare receives the provider, so that it can name one of its functions
 */
export function SweptMarks<Owner extends object>(
  declare: MarkDeclaration | Declared<Owner>,
): (prototype: Owner, property: string) => void {
  const declared = typeof declare === 'function' ? declare : () => declare;
  return (prototype, property) => {
    const known = declarationsOf(prototype);
    Reflect.defineMetadata(DECLARED, [...known, { property, declared }], prototype);
  };
}

/** The sources that a provider declares. */
export function markSourcesOf(provider: object): MarkSource[] {
  return declarationsOf(provider).map(({ property, declared }) => {
    const marks = (provider as Record<string, Marks<{ _id: string }>>)[property];
    if (!marks) throw new Error(`${provider.constructor.name}.${property} holds no marks`);
    return { ...declared(provider), collection: marks.collectionName, field: marks.field, marks };
  });
}

function declarationsOf(target: object): readonly { readonly property: string; readonly declared: Declared<object> }[] {
  return (Reflect.getMetadata(DECLARED, target) as ReturnType<typeof declarationsOf> | undefined) ?? [];
}

/** `collection.field`: the kind of work behind a mark of this source. */
export function markKind({ collection, field }: Pick<MarkSource, 'collection' | 'field'>): string {
  return `${collection}.${field}`;
}

const DUE = /^(.+)\.due$/;

/** Marks with an index for the sweeper but without a source: the sweeper would never find them. */
export function unsweptMarks(
  indexed: readonly { readonly collection: string; readonly keys: readonly string[] }[],
  sources: readonly Pick<MarkSource, 'collection' | 'field'>[],
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
