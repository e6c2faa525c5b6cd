/** Cuts a stream of bytes into messages: int32 length (itself included), then the rest. */

/** What hello offers as maxMessageSizeBytes. */
export const MAX_MESSAGE_BYTES = 48_000_000;
export const HEADER_BYTES = 16;

/** The other side does not use the protocol, so its connection must be closed. */
export class ProtocolError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'ProtocolError';
  }
}

/** Collects chunks and returns whole messages. The chunks of a large message are joined once, when it is complete. */
export class FrameReader {
  /** @type {Buffer[]} */
  #chunks = [];
  #bytes = 0;

  /** @param {Buffer} chunk */
  push(chunk) {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /**
   * @returns {Buffer | null} the next whole message; null: more bytes are needed
   * @throws {ProtocolError} the length is impossible
   */
  next() {
    if (this.#bytes < 4) return null;
    const length = this.#peek(4).readInt32LE(0);
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES)
      throw new ProtocolError(`impossible message length ${length}`);
    if (this.#bytes < length) return null;
    const joined = this.#peek(length);
    const rest = joined.subarray(length);
    if (rest.length > 0) this.#chunks[0] = rest;
    else this.#chunks.shift();
    this.#bytes -= length;
    return joined.subarray(0, length);
  }

  /** @param {number} length @returns {Buffer} at least that many bytes, in one piece */
  #peek(length) {
    const [first] = this.#chunks;
    if (first && first.length >= length) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
