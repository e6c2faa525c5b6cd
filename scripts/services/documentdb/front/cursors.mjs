/** Open cursors: the engine's continuation of each, until it is read to its end, killed, or unused for ten minutes. */
import { CommandError } from './errors.mjs';

export const CURSOR_IDLE_MS = 10 * 60_000;

/**
 * @typedef {object} Cursor
 * @property {bigint} id
 * @property {string} database
 * @property {Buffer} continuation
 * @property {string | undefined} session  hex
 * @property {string | undefined} transaction  key of the transaction it was opened in
 * @property {number} usedAt
 */

export class Cursors {
  /** @type {Map<bigint, Cursor>} */
  #open = new Map();

  get size() {
    return this.#open.size;
  }

  /** @param {Omit<Cursor, 'usedAt'>} cursor */
  add(cursor) {
    this.#open.set(cursor.id, { ...cursor, usedAt: Date.now() });
  }

  /**
   * @param {bigint | undefined} id
   * @returns {Cursor}
   * @throws {CommandError} CursorNotFound
   */
  get(id) {
    const cursor = id === undefined ? undefined : this.#open.get(id);
    if (!cursor) throw new CommandError(43, 'CursorNotFound', `cursor id ${id ?? 0n} not found`);
    cursor.usedAt = Date.now();
    return cursor;
  }

  /** @param {bigint} id @returns {boolean} whether it was there */
  delete(id) {
    return this.#open.delete(id);
  }

  /** @param {(cursor: Cursor) => boolean} matches @returns {bigint[]} the ids that were taken out */
  deleteWhere(matches) {
    const ids = [...this.#open.values()].filter(matches).map((cursor) => cursor.id);
    for (const id of ids) this.#open.delete(id);
    return ids;
  }

  /** @param {number} now @returns {bigint[]} */
  deleteIdle(now) {
    return this.deleteWhere((cursor) => now - cursor.usedAt > CURSOR_IDLE_MS);
  }
}
