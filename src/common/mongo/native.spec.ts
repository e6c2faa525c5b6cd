import { describe, expect, it } from '@jest/globals';
import { type mongo } from 'mongoose';
import { DUPLICATE_KEY, insertNew, overtakenPositions, throughConflicts } from './native.js';

const WRITE_CONFLICT = 112;
const OTHER = 121;

const groupError = (...writeErrors: { index: number; code: number }[]) =>
  Object.assign(new Error('some were refused'), { code: writeErrors[0]?.code, writeErrors });
const wholeError = (code: number) => Object.assign(new Error('the whole was refused'), { code, writeErrors: [] });

interface Doc {
  readonly _id: string;
}

/**
 * A collection with given answers, one per insert, that records the inserts. A test cannot produce a real
 * write conflict.
 */
function collectionOf(answers: readonly (Error | null)[]) {
  const given: string[][] = [];
  const insertMany = async (documents: Doc[]) => {
    const answer = answers[given.length] ?? null;
    given.push(documents.map(({ _id }) => _id));
    if (answer) throw answer;
  };
  return { given, collection: { insertMany } as unknown as mongo.Collection<Doc> };
}

const docs = ['a', 'b', 'c'].map((_id) => ({ _id }));

describe('inserting independent documents', () => {
  it('tells new documents from existing ones', async () => {
    const { collection } = collectionOf([groupError({ index: 1, code: DUPLICATE_KEY })]);
    expect(await insertNew(collection, docs)).toEqual([true, false, true]);
  });

  it('retries only the documents that met a write conflict', async () => {
    const first = groupError({ index: 0, code: DUPLICATE_KEY }, { index: 2, code: WRITE_CONFLICT });
    const { collection, given } = collectionOf([first, groupError({ index: 0, code: DUPLICATE_KEY })]);
    expect(await insertNew(collection, docs)).toEqual([false, true, false]);
    expect(given).toEqual([['a', 'b', 'c'], ['c']]);
  });

  it('retries all documents when the group was refused as a whole', async () => {
    const { collection, given } = collectionOf([wholeError(WRITE_CONFLICT)]);
    expect(await insertNew(collection, docs)).toEqual([true, true, true]);
    expect(given).toHaveLength(2);
  });

  it('throws on any other error, and on a conflict that does not end', async () => {
    await expect(insertNew(collectionOf([groupError({ index: 0, code: OTHER })]).collection, docs)).rejects.toThrow(
      'some were',
    );
    const stuck = collectionOf(Array.from({ length: 20 }, () => wholeError(WRITE_CONFLICT)));
    await expect(insertNew(stuck.collection, docs)).rejects.toThrow('the whole');
    expect(stuck.given.length).toBeLessThan(20);
  });
});

describe('a write that meets conflicts', () => {
  it('is retried, and other failures are not', async () => {
    let tries = 0;
    const failing = (code: number) => async () => {
      tries += 1;
      if (tries < 3) throw wholeError(code);
      return 'done';
    };
    expect(await throughConflicts(failing(WRITE_CONFLICT))).toBe('done');
    tries = 0;
    await expect(throughConflicts(failing(OTHER))).rejects.toThrow();
    expect(tries).toBe(1);
  });

  it('leaves nothing stored of a group that was refused as a whole', () => {
    expect(overtakenPositions(wholeError(WRITE_CONFLICT), 3)).toEqual(new Set([0, 1, 2]));
    expect(() => overtakenPositions(wholeError(OTHER), 3)).toThrow();
  });

  it('makes no statement about a group that was not made durable', () => {
    const error = Object.assign(groupError({ index: 1, code: DUPLICATE_KEY }), {
      result: { getWriteConcernError: () => ({}) },
    });
    expect(() => overtakenPositions(error, 3)).toThrow(error);
  });
});
