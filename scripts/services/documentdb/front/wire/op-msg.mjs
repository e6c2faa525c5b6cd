/**
 * OP_MSG: the message format of all commands and answers.
 * https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
import { crc32c } from './crc32c.mjs';
import { checkSequence } from './document.mjs';
import { HEADER_BYTES, ProtocolError } from './frames.mjs';

export const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** The lower 16 bits must be understood; these two are. */
const UNKNOWN_REQUIRED = 0xffff & ~(CHECKSUM_PRESENT | MORE_TO_COME);

/**
 * @typedef {object} Message
 * @property {number} requestId
 * @property {Buffer} body      the command, undecoded
 * @property {Map<string, Buffer>} sequences  by name: documents one after the other, undecoded
 * @property {boolean} moreToCome  the sender waits for no answer
 */

/**
 * @param {Buffer} frame  a whole message, header included
 * @returns {Message}
 * @throws {ProtocolError}
 */
export function parseMessage(frame) {
  if (frame.length < HEADER_BYTES + 5) throw new ProtocolError('the message is too short');
  const flags = frame.readUInt32LE(HEADER_BYTES);
  if (flags & UNKNOWN_REQUIRED) throw new ProtocolError(`unknown message flags ${flags}`);
  const end = flags & CHECKSUM_PRESENT ? checkedEnd(frame) : frame.length;

  /** @type {Buffer | undefined} */
  let body;
  /** @type {Map<string, Buffer>} */
  const sequences = new Map();
  for (let at = HEADER_BYTES + 4; at < end;) {
    const kind = frame[at];
    const size = end - at >= 5 ? frame.readInt32LE(at + 1) : -1;
    if (size < 5 || at + 1 + size > end) throw new ProtocolError('a section is cut off');
    const section = frame.subarray(at + 1, at + 1 + size);
    if (kind === 0 && body === undefined) body = section;
    else if (kind === 1) addSequence(sequences, section);
    else throw new ProtocolError(`unexpected section of kind ${kind}`);
    at += 1 + size;
  }
  if (body === undefined) throw new ProtocolError('the message has no body');
  return { requestId: frame.readInt32LE(4), body, sequences, moreToCome: (flags & MORE_TO_COME) !== 0 };
}

/** @param {Buffer} frame @returns {number} where the sections end */
function checkedEnd(frame) {
  const end = frame.length - 4;
  if (frame.readUInt32LE(end) !== crc32c(frame.subarray(0, end))) throw new ProtocolError('the checksum does not fit');
  return end;
}

/** @param {Map<string, Buffer>} sequences @param {Buffer} section  its size first */
function addSequence(sequences, section) {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new ProtocolError('a document sequence has no name');
  const name = section.toString('utf8', 4, nameEnd);
  if (sequences.has(name)) throw new ProtocolError(`two document sequences named ${name}`);
  const documents = section.subarray(nameEnd + 1);
  checkSequence(documents);
  sequences.set(name, documents);
}

/**
 * @param {object} message
 * @param {number} message.requestId
 * @param {number} [message.responseTo]
 * @param {Buffer} message.body
 * @param {Map<string, Buffer>} [message.sequences]
 * @param {boolean} [message.checksum]
 * @param {boolean} [message.moreToCome]
 * @returns {Buffer}
 */
export function encodeMessage({
  requestId,
  responseTo = 0,
  body,
  sequences = new Map(),
  checksum = false,
  moreToCome = false,
}) {
  const parts = [Buffer.alloc(HEADER_BYTES + 5), body];
  for (const [name, documents] of sequences) {
    const head = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from(`${name}\0`)]);
    head.writeInt32LE(head.length - 1 + documents.length, 1);
    parts.push(head, documents);
  }
  if (checksum) parts.push(Buffer.alloc(4));
  const frame = Buffer.concat(parts);
  frame.writeInt32LE(frame.length, 0);
  frame.writeInt32LE(requestId, 4);
  frame.writeInt32LE(responseTo, 8);
  frame.writeInt32LE(OP_MSG, 12);
  frame.writeUInt32LE((checksum ? CHECKSUM_PRESENT : 0) | (moreToCome ? MORE_TO_COME : 0), HEADER_BYTES);
  if (checksum) frame.writeUInt32LE(crc32c(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}
