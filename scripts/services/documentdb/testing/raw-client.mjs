/** A client that sends exact bytes, for messages that drivers never send. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { deserialize } from 'bson';
import { encode } from '../front/wire/document.mjs';
import { FrameReader } from '../front/wire/frames.mjs';
import { encodeMessage, parseMessage } from '../front/wire/op-msg.mjs';

export class RawClient {
  #frames = new FrameReader();
  #requestId = 1;

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.socket = socket;
    this.closed = once(socket, 'close');
    socket.on('error', () => undefined);
  }

  /** @param {number} port */
  static async connect(port) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** @param {Record<string, unknown>} command @param {{ moreToCome?: boolean, checksum?: boolean, sequences?: Map<string, Buffer> }} [how] */
  send(command, how = {}) {
    this.socket.write(encodeMessage({ requestId: this.#requestId++, body: encode(command), ...how }));
  }

  /** @returns {Promise<Buffer>} the next whole message */
  async frame() {
    for (;;) {
      const frame = this.#frames.next();
      if (frame) return frame;
      const [chunk] = await once(this.socket, 'data');
      this.#frames.push(chunk);
    }
  }

  /** Sends a command and waits for its answer. @param {Record<string, unknown>} command @param {{ checksum?: boolean, sequences?: Map<string, Buffer> }} [how] */
  async run(command, how) {
    this.send(command, how);
    return deserialize(parseMessage(await this.frame()).body);
  }

  end() {
    this.socket.destroy();
  }
}
