import { deserialize, serialize } from 'bson';
import fc from 'fast-check';
import { crc32c } from './crc32c.mjs';
import { documentsIn, encode } from './document.mjs';
import { ProtocolError } from './frames.mjs';
import { encodeMessage, parseMessage } from './op-msg.mjs';

const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0') && text !== '__proto__');
const document = fc.dictionary(name, fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.double({ noNaN: true })), {
  maxKeys: 6,
  noNullPrototype: true,
});
const documents = fc.array(document, { maxLength: 5 });
const sequences = fc.uniqueArray(fc.tuple(name, documents), { selector: ([key]) => key, maxLength: 3 });
const message = fc.record({
  requestId: fc.integer({ min: 0, max: 0x7fffffff }),
  body: document,
  sequences,
  checksum: fc.boolean(),
  moreToCome: fc.boolean(),
});

/** @param {any} of */
function toWire({ body, sequences: named, ...rest }) {
  const joined = named.map((/** @type {[string, any[]]} */ [key, list]) => [
    key,
    Buffer.concat(list.map((one) => serialize(one))),
  ]);
  return encodeMessage({ ...rest, body: encode(body), sequences: new Map(joined) });
}

describe('OP_MSG', () => {
  it('survives encoding and decoding unchanged', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const got = parseMessage(toWire(sent));
        expect(got.requestId).toBe(sent.requestId);
        expect(got.moreToCome).toBe(sent.moreToCome);
        expect(deserialize(got.body)).toEqual(deserialize(serialize(sent.body)));
        const lists = [...got.sequences].map(([key, bytes]) => [
          key,
          [...documentsIn(bytes)].map((one) => deserialize(one)),
        ]);
        expect(lists).toEqual(
          sent.sequences.map(([key, list]) => [key, list.map((one) => deserialize(serialize(one)))]),
        );
      }),
    );
  });

  it('is refused when its checksum does not match', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, where, change) => {
        const frame = toWire({ ...sent, checksum: true });
        const at = 20 + (where % (frame.length - 20));
        frame[at] = (frame[at] ?? 0) ^ change;
        expect(() => parseMessage(frame)).toThrow(ProtocolError);
      }),
    );
  });

  it('is refused with a protocol error when it is garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 200 }), (bytes) => {
        try {
          parseMessage(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });

  it.each([2, 3, 15])('is refused with the unknown required flag bit %d', (bit) => {
    const frame = encodeMessage({ requestId: 1, body: encode({ ping: 1 }) });
    frame.writeUInt32LE(1 << bit, 16);
    expect(() => parseMessage(frame)).toThrow('unknown message flags');
  });

  it('may carry the optional flag that offers a stream of answers', () => {
    const frame = encodeMessage({ requestId: 1, body: encode({ ping: 1 }) });
    frame.writeUInt32LE(1 << 16, 16);
    expect(deserialize(parseMessage(frame).body)).toEqual({ ping: 1 });
  });
});

describe('crc32c', () => {
  it('agrees with the published check value', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });
});
