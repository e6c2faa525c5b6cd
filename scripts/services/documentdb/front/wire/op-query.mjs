/** OP_QUERY and OP_REPLY: the older messages that a driver still uses for its first hello. */
import { HEADER_BYTES, ProtocolError } from './frames.mjs';

export const OP_QUERY = 2004;
const OP_REPLY = 1;
/** The server can delay the answer to a getMore; every server since 2.6 says so. */
const AWAIT_CAPABLE = 8;

/**
 * @param {Buffer} frame
 * @returns {{ requestId: number, database: string, body: Buffer }} a command: the namespace is `<database>.$cmd`
 * @throws {ProtocolError}
 */
export function parseQuery(frame) {
  const nameEnd = frame.indexOf(0, HEADER_BYTES + 4);
  const bodyAt = nameEnd + 9;
  if (nameEnd < 0 || frame.length < bodyAt + 5) throw new ProtocolError('the query is too short');
  const namespace = frame.toString('utf8', HEADER_BYTES + 4, nameEnd);
  const size = frame.readInt32LE(bodyAt);
  if (size < 5 || bodyAt + size > frame.length) throw new ProtocolError('the query document is cut off');
  if (!namespace.endsWith('.$cmd')) throw new ProtocolError('old-style queries are not spoken here');
  return {
    requestId: frame.readInt32LE(4),
    database: namespace.slice(0, -5),
    body: frame.subarray(bodyAt, bodyAt + size),
  };
}

/** @param {{ requestId: number, responseTo: number, body: Buffer }} reply @returns {Buffer} */
export function encodeReply({ requestId, responseTo, body }) {
  const head = Buffer.alloc(HEADER_BYTES + 20);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(requestId, 4);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(OP_REPLY, 12);
  head.writeInt32LE(AWAIT_CAPABLE, HEADER_BYTES);
  head.writeInt32LE(1, HEADER_BYTES + 16);
  return Buffer.concat([head, body]);
}
