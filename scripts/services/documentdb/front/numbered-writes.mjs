/**
 * Retryable writes. A driver numbers a write within its session, and repeats it under the same number when
 * its connection breaks before the answer. Effect and answer are stored in one transaction, so the
 * repetition finds either both or nothing; two concurrent writes of one number wait for each other on the
 * session's row.
 */
import { CommandError, isRepetition } from './errors.mjs';
import { SQL } from './statements.mjs';

/** Longer than an unused session lives (30 minutes), so that no client can ask again. */
const KEEP = '2 hours';

/**
 * @param {import('./statements.mjs').WriteStatement} statement
 * @returns {import('./engine.mjs').Statement} the same write, stored under the session and number that
 * follow its own values
 */
export function numbered({ name, call, values }) {
  return {
    name: `numbered_${name}`,
    text: `with done as materialized (select p_result, p_success from ${call}),
      kept as (
        insert into front.numbered_writes as known (session, number, reply, at)
        select $${values + 1}, $${values + 2}, p_result::bytea, now() from done
        on conflict (session) do update
          set number = case when excluded.number > known.number then excluded.number else -1 end, reply = excluded.reply, at = excluded.at)
      select p_result::bytea, p_success from done`,
  };
}

/**
 * @param {import('./commands/context.mjs').Context} context  of a retryable write
 * @param {import('./engine.mjs').Statement} statement  from {@link numbered}
 * @param {unknown[]} values
 * @returns {Promise<unknown[][]>} the row of this time, or of the first time
 */
export async function runNumbered(context, statement, values) {
  const session = Buffer.from(context.session ?? '', 'hex');
  try {
    return await context.run(statement, [...values, session, String(context.number)]);
  } catch (error) {
    if (!isRepetition(error)) throw error;
    return [[await firstAnswer(context, session), false]];
  }
}

/** @param {import('./commands/context.mjs').Context} context @param {Buffer} session */
async function firstAnswer(context, session) {
  const [[number, reply] = []] = await context.run(SQL.numberedWrite, [session]);
  if (BigInt(String(number)) === context.number) return reply;
  throw new CommandError(225, 'TransactionTooOld', `write ${context.number} is older than the last one of its session`);
}

/** Deletes the answers that no client can ask for any more. @param {import('./engine.mjs').Engine} engine */
export async function forgetOldWrites(engine) {
  await engine.query(SQL.forgetNumberedWrites, [KEEP]);
}
