/** createIndexes, dropIndexes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../errors.mjs';
import { SQL } from '../statements.mjs';
import { mongoCodeOf, unpackState } from '../error-codes.mjs';
import { encode, RawDocument } from '../wire/document.mjs';

/** @typedef {import('./context.mjs').Context} Context */

const POLL_MS = 100;
const DUPLICATE = 11000;

/**
 * On a collection with documents the engine builds in the background; the answer waits for that, as a client expects.
 * @param {Context} context
 */
export async function createIndexes(context) {
  const [[reply, , requests] = []] = await context.run(SQL.createIndexes, [
    context.database,
    context.spec({ leaveOut: ['commitQuorum'] }),
  ]);
  if (Buffer.isBuffer(requests) && new RawDocument(requests).has('indexRequest')) await untilBuilt(context, requests);
  return answerOf(context, /** @type {Buffer} */ (reply));
}

/** @param {Context} context @param {Buffer} requests */
async function untilBuilt(context, requests) {
  for (;;) {
    // Builds one that waits. If that fails, or another client builds it, the status says so.
    await context.front.engine.query(SQL.buildIndex, []).catch(() => undefined);
    const [[reply, , isComplete] = []] = await context.front.engine.query(SQL.indexBuildStatus, [requests]);
    answerOf(context, /** @type {Buffer} */ (reply));
    if (isComplete) return;
    await sleep(POLL_MS);
  }
}

/**
 * The engine's answer has one part per shard; a driver expects the part itself.
 * @param {Context} context
 * @param {Buffer} reply
 * @returns {Buffer}
 * @throws {CommandError} the engine's refusal
 */
function answerOf(context, reply) {
  const whole = new RawDocument(reply);
  const part = whole.document('raw')?.document('defaultShard') ?? whole;
  if (part.flag('ok')) return part.bytes;
  const { code, codeName } = mongoCodeOf(unpackState(part.number('code') ?? 0));
  const message = part.string('errmsg') ?? 'the index could not be built';
  throw code === DUPLICATE ? duplicateIn(context, message) : new CommandError(code, codeName, message);
}

/** Existing documents forbid a unique index. @param {Context} context @param {string} engineMessage */
function duplicateIn(context, engineMessage) {
  const name = /Index '(.*)'/.exec(engineMessage)?.[1] ?? '';
  const asked = Object.values(context.body.document('indexes')?.plain() ?? {}).find((index) => index.name === name);
  const message = `E11000 duplicate key error collection: ${context.database}.${context.collection()} index: ${name}`;
  return new CommandError(DUPLICATE, 'DuplicateKey', message, { extra: asked ? { keyPattern: asked.key } : {} });
}

/** @param {Context} context */
export async function dropIndexes(context) {
  const [[reply] = []] = await context.run(SQL.dropIndexes, [context.database, context.spec()]);
  return answerOf(context, fromHex(String(reply)));
}

const HEX_PREFIX = 'BSONHEX';

/** The text form of a document, as a procedure returns it. @param {string} text @returns {Buffer} */
function fromHex(text) {
  return text.startsWith(HEX_PREFIX) ? Buffer.from(text.slice(HEX_PREFIX.length), 'hex') : encode({ ok: 1 });
}
