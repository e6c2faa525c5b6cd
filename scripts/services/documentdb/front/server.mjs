/** Listens for MongoDB drivers. One connection's messages are answered one after the other, in their order. */
import { createServer } from 'node:net';
import { execute } from './execute.mjs';
import { HEADER_BYTES, FrameReader, ProtocolError } from './wire/frames.mjs';
import { encodeMessage, OP_MSG, parseMessage } from './wire/op-msg.mjs';
import { encodeReply, OP_QUERY, parseQuery } from './wire/op-query.mjs';

let requestId = 1;
let connectionId = 0;

/** @typedef {import('./commands/context.mjs').Front} Front */

/**
 * @param {Front} front
 * @param {{ port: number, host: string }} address
 * @returns {Promise<import('node:net').Server>}
 */
export function listen(front, { port, host }) {
  const server = createServer({ noDelay: true }, (socket) => serve(front, socket));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

/** @param {Front} front @param {import('node:net').Socket} socket */
async function serve(front, socket) {
  const connection = { id: (connectionId += 1) };
  const frames = new FrameReader();
  socket.on('error', () => undefined); // a disconnecting client is not an error
  socket.once('close', () => void front.transactions.abandonedBy(connection));
  try {
    // The next chunk is read only when all messages of the last one are answered, so that a client cannot
    // pile up work here.
    for await (const chunk of socket) {
      frames.push(chunk);
      for (let frame = frames.next(); frame; frame = frames.next()) await answer(front, socket, connection, frame);
    }
  } catch (error) {
    // A broken connection is the client's fault. Any other error is a fault of this process, and ends this
    // one connection.
    if (error instanceof ProtocolError) process.stderr.write(`connection ${connection.id} closed: ${error.message}\n`);
    else if (!socket.destroyed)
      process.stderr.write(`connection ${connection.id} failed: ${/** @type {Error} */ (error).stack}\n`);
  } finally {
    socket.destroy();
    void front.transactions.abandonedBy(connection);
  }
}

/** @param {Front} front @param {import('node:net').Socket} socket @param {{ id: number }} connection @param {Buffer} frame */
async function answer(front, socket, connection, frame) {
  const opCode = frame.readInt32LE(12);
  if (opCode === OP_MSG) {
    const { requestId: responseTo, moreToCome, ...message } = parseMessage(frame);
    const body = await execute({ front, connection, ...message });
    if (!moreToCome) await send(socket, encodeMessage({ requestId: requestId++, responseTo, body }));
  } else if (opCode === OP_QUERY) {
    const { requestId: responseTo, ...query } = parseQuery(frame);
    const body = await execute({ front, connection, sequences: new Map(), ...query });
    await send(socket, encodeReply({ requestId: requestId++, responseTo, body }));
  } else
    throw new ProtocolError(`operation ${opCode} is not spoken here (message of ${frame.length - HEADER_BYTES} bytes)`);
}

/** @param {import('node:net').Socket} socket @param {Buffer} bytes */
async function send(socket, bytes) {
  if (socket.destroyed || socket.write(bytes)) return;
  await new Promise((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', resolve);
  });
}
