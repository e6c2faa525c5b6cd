/** Executes one command, from its bytes to its answer. */
import { asCommandError, CommandError } from './errors.mjs';
import { Context } from './commands/context.mjs';
import { commandNamed } from './commands/table.mjs';
import { encode, RawDocument } from './wire/document.mjs';

/**
 * @param {object} request
 * @param {import('./commands/context.mjs').Front} request.front
 * @param {Buffer} request.body
 * @param {Map<string, Buffer>} request.sequences
 * @param {string} [request.database]  where the message names it outside the body
 * @param {{ id: number }} request.connection
 * @returns {Promise<Buffer>} the answer: a document with ok 1 or 0
 * @throws {import('./wire/frames.mjs').ProtocolError} the body is no document
 */
export async function execute({ front, body: bytes, sequences, database, connection }) {
  const body = new RawDocument(bytes);
  const context = new Context({ front, body, sequences, database: database ?? body.string('$db') ?? '', connection });
  const command = commandNamed(context.name);
  try {
    if (!command) throw new CommandError(59, 'CommandNotFound', `no such command: '${context.name}'`);
    if (context.database === '') throw new CommandError(40571, 'Location40571', 'a message needs a $db');
    if (context.isInTransaction && !command.endsTransaction) return await inTransaction(context, command);
    return await command.run(context);
  } catch (error) {
    // An end of a transaction counts as repeatable: with a transient error a client would repeat the whole
    // transaction.
    const isRepeatable = context.isRetryableWrite || command?.endsTransaction === true;
    const refusal = asCommandError(error, { inTransaction: context.isInTransaction, isRepeatable });
    if (refusal.codeName === 'InternalError')
      process.stderr.write(`${context.name} failed: ${/** @type {Error} */ (error).stack}\n`);
    return encode(refusal.reply());
  }
}

/** @param {Context} context @param {import('./commands/table.mjs').Command} command */
async function inTransaction(context, command) {
  const { session, number, front } = context;
  if (!command.inTransaction)
    throw new CommandError(
      263,
      'OperationNotSupportedInTransaction',
      `${context.name} cannot be part of a transaction`,
    );
  if (session === undefined || number === undefined)
    throw new CommandError(72, 'InvalidOptions', 'a transaction needs a session and a number');
  const transaction = await front.transactions.enter({
    session,
    number,
    start: context.body.flag('startTransaction'),
    owner: context.connection,
  });
  context.transaction = transaction;
  transaction.hasWritten ||= command.isWrite === true;
  transaction.running += 1;
  try {
    const reply = await command.run(context);
    if (command.isWrite && new RawDocument(reply).has('writeErrors')) await front.transactions.fail(transaction);
    return reply;
  } catch (error) {
    await front.transactions.fail(transaction);
    throw error;
  } finally {
    transaction.running -= 1;
  }
}
