import { describeWithDatabase, useDatabase } from '../testing/database.mjs';
import { RawClient } from '../testing/raw-client.mjs';
import { encode } from './wire/document.mjs';
import { MAX_MESSAGE_BYTES } from './wire/frames.mjs';
import { encodeMessage } from './wire/op-msg.mjs';

/** @param {number} length @param {number} opCode */
function header(length, opCode) {
  const bytes = Buffer.alloc(64);
  bytes.writeInt32LE(length, 0);
  bytes.writeInt32LE(opCode, 12);
  return bytes;
}

/** @param {Buffer} body */
const message = (body) => encodeMessage({ requestId: 1, body });
const cutOff = encode({ ping: 1, $db: 'admin' });
cutOff.writeInt32LE(cutOff.length + 100, 0);

describeWithDatabase('a connection that does not speak the protocol', () => {
  const database = useDatabase(27397);

  it.each([
    ['sends garbage', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['says a negative length', header(-5, 2013)],
    ['says a length of nothing', header(0, 2013)],
    ['says a huge length', header(0x7fffffff, 2013)],
    ['says one byte more than is allowed', header(MAX_MESSAGE_BYTES + 1, 2013)],
    ['says an unknown operation', header(64, 4242)],
    ['compresses although that was not agreed', header(64, 2012)],
    ['sends a body whose length does not fit', message(cutOff)],
    ['sends a body that is no document', message(Buffer.from([12, 0, 0, 0, 99, 97, 0, 1, 2, 3, 4, 0]))],
  ])('is closed when it %s, and no other one', async (_, bytes) => {
    const other = await RawClient.connect(database.port);
    const hostile = await RawClient.connect(database.port);
    hostile.socket.write(bytes);
    await hostile.closed;
    const answer = await other.run({ ping: 1, $db: 'admin' });
    other.end();
    expect(answer).toEqual({ ok: 1 });
  });

  it('may stop in the middle of a message', async () => {
    const hostile = await RawClient.connect(database.port);
    hostile.socket.end(header(1_000, 2013));
    await hostile.closed;
    expect(await database.client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('receives an error when only the command is wrong', async () => {
    const raw = await RawClient.connect(database.port);
    const answers = [
      await raw.run({ find: 7, $db: 'shop' }),
      await raw.run({ insert: 'things', $db: 'shop' }),
      await raw.run({ find: 'things' }),
      await raw.run({ $db: 'shop' }),
    ];
    const ping = await raw.run({ ping: 1, $db: 'admin' });
    raw.end();
    for (const answer of answers)
      expect(answer).toMatchObject({
        ok: 0,
        code: expect.any(Number),
        codeName: expect.any(String),
        errmsg: expect.any(String),
      });
    expect(ping).toEqual({ ok: 1 });
  });
});
