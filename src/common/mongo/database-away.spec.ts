import { mongo } from 'mongoose';
import { isDatabaseAway } from './database-away.js';

const answer = (code: number, message = 'no') => new mongo.MongoServerError({ message, code });

describe('isDatabaseAway', () => {
  it.each([
    ['no connection', new mongo.MongoNetworkError('ECONNREFUSED')],
    ['no server within the time', new mongo.MongoServerSelectionError('none', {} as mongo.TopologyDescription)],
    ['a client that was closed', new mongo.MongoNotConnectedError('closed')],
    ['a server that is no primary any more', answer(10107)],
    ['a server that stops', answer(91)],
    ['a read-only PostgreSQL beneath', answer(1, 'cannot execute INSERT in a read-only transaction')],
    [
      'a group write that met one of these',
      new mongo.MongoBulkWriteError(
        { message: 'not primary', code: 10107, writeErrors: [] },
        {} as mongo.BulkWriteResult,
      ),
    ],
    [
      'a group write whose connection was cut',
      new mongo.MongoBulkWriteError(
        new mongo.MongoNetworkError('read ECONNRESET') as never,
        {} as mongo.BulkWriteResult,
      ),
    ],
  ])('is true of %s', (_what, error) => expect(isDatabaseAway(error)).toBe(true));

  it.each([
    ['a duplicate', answer(11000)],
    ['a wrong query', answer(2)],
    ['a fault of ours', new TypeError('read-only transaction')],
    ['nothing', undefined],
  ])('is false of %s', (_what, error) => expect(isDatabaseAway(error)).toBe(false));
});
