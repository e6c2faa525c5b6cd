import fc from 'fast-check';
import { FrameReader, HEADER_BYTES, MAX_MESSAGE_BYTES, ProtocolError } from './frames.mjs';

/** @param {Uint8Array} payload */
function framed(payload) {
  const frame = Buffer.concat([Buffer.alloc(HEADER_BYTES), payload]);
  frame.writeInt32LE(frame.length, 0);
  return frame;
}

/** @param {number} length */
function lengthOf(length) {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeInt32LE(length, 0);
  return bytes;
}

describe('FrameReader', () => {
  it('returns the same messages however the stream is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), cuts, (payloads, sizes) => {
        const frames = payloads.map(framed);
        const stream = Buffer.concat(frames);
        const reader = new FrameReader();
        const seen = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          reader.push(stream.subarray(at, at + size));
          at += size;
          for (let frame = reader.next(); frame; frame = reader.next()) seen.push(Buffer.from(frame));
        }
        expect(seen).toEqual(frames);
      }),
    );
  });

  it.each([-1, 0, HEADER_BYTES - 1, MAX_MESSAGE_BYTES + 1, 0x7fffffff])(
    'refuses a message of %d bytes before it has arrived',
    (length) => {
      const reader = new FrameReader();
      reader.push(lengthOf(length));
      expect(() => reader.next()).toThrow(ProtocolError);
    },
  );
});
