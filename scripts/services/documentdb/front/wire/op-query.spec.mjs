import { deserialize } from 'bson';
import fc from 'fast-check';
import { encode } from './document.mjs';
import { HEADER_BYTES, ProtocolError } from './frames.mjs';
import { encodeReply, OP_QUERY, parseQuery } from './op-query.mjs';

/** @param {string} namespace @param {Buffer} body */
function query(namespace, body) {
  const frame = Buffer.concat([Buffer.alloc(HEADER_BYTES + 4), Buffer.from(`${namespace}\0`), Buffer.alloc(8), body]);
  frame.writeInt32LE(frame.length, 0);
  frame.writeInt32LE(77, 4);
  frame.writeInt32LE(OP_QUERY, 12);
  return frame;
}

describe('OP_QUERY', () => {
  it('carries a command and its database', () => {
    const { requestId, database, body } = parseQuery(query('admin.$cmd', encode({ isMaster: 1 })));
    expect([requestId, database, deserialize(body)]).toEqual([77, 'admin', { isMaster: 1 }]);
  });

  it('is refused when it asks for documents in the old way', () => {
    expect(() => parseQuery(query('shop.things', encode({})))).toThrow(ProtocolError);
  });

  it('is refused with a protocol error when it is garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 120 }), (bytes) => {
        try {
          parseQuery(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

describe('OP_REPLY', () => {
  it('holds one document and the id of the message that it answers', () => {
    const reply = encodeReply({ requestId: 5, responseTo: 77, body: encode({ ok: 1 }) });
    expect([reply.readInt32LE(0), reply.readInt32LE(8), reply.readInt32LE(12), reply.readInt32LE(32)]).toEqual([
      reply.length,
      77,
      1,
      1,
    ]);
    expect(deserialize(reply.subarray(36))).toEqual({ ok: 1 });
  });
});
