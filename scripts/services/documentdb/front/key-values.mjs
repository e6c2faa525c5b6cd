/** The values that a write would have stored under an index's keys, as far as its operation shows. */
import { documentsIn, RawDocument } from './wire/document.mjs';

/** @typedef {Record<string, unknown>} Doc */

/**
 * One operation of a write command.
 * @param {import('./commands/context.mjs').Context} context
 * @param {string} sequenceName
 * @param {number} index
 * @returns {Doc | undefined}
 */
export function operationAt(context, sequenceName, index) {
  const sequence = context.sequences.get(sequenceName);
  if (!sequence) return context.body.document(sequenceName)?.document(String(index))?.decoded();
  let at = 0;
  for (const document of documentsIn(sequence)) if (at++ === index) return new RawDocument(document).decoded();
  return undefined;
}

/**
 * The fields that an operation would have written. For an update these are the fields that it sets, over
 * those of its filter: the rest of the document is not known here.
 * @param {Doc} operation
 * @param {string} sequenceName
 * @returns {{ document: Doc, isWhole: boolean }}
 */
export function writtenBy(operation, sequenceName) {
  if (sequenceName === 'documents') return { document: operation, isWhole: true };
  const { q = {}, u = {} } = /** @type {{ q?: Doc, u?: Doc }} */ (operation);
  const replaces = !Array.isArray(u) && !Object.keys(u).some((name) => name.startsWith('$'));
  if (replaces) return { document: { _id: q._id, ...u }, isWhole: true };
  const document = { ...q, .../** @type {Doc} */ (u.$setOnInsert ?? {}), .../** @type {Doc} */ (u.$set ?? {}) };
  return { document, isWhole: false };
}

/**
 * @param {{ document: Doc, isWhole: boolean }} written  an absent field of a whole document is null
 * @param {string[]} paths
 * @returns {Doc | undefined} undefined when one of them is unknown
 */
export function valuesOf({ document, isWhole }, paths) {
  /** @type {Doc} */
  const values = {};
  for (const path of paths) {
    const value =
      path in document
        ? document[path]
        : path.split('.').reduce((/** @type {any} */ inner, key) => inner?.[key], document);
    if ((value === undefined && !isWhole) || isOperators(value)) return undefined;
    values[path] = value ?? null;
  }
  return values;
}

/** @param {unknown} value @returns {boolean} whether it is a condition such as `{ $gt: 1 }` */
function isOperators(value) {
  return typeof value === 'object' && value !== null && (Object.keys(value)[0] ?? '').startsWith('$');
}
