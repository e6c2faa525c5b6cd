import { loadConfig } from '../config/app-config.js';
import { checkDatabase, DATABASE_SCHEMA_VERSION, DatabaseAwayError, refusalOf } from './database.js';

describe('refusalOf', () => {
  it('keeps production away from a database that npm start brought up', () => {
    expect(refusalOf({ setName: 'npm-start', version: 0 }, true)).toContain('npm start');
    expect(refusalOf({ setName: 'npm-start', version: 0 }, false)).toBeNull();
    expect(refusalOf({ setName: 'rs0', version: 0 }, true)).toBeNull();
    expect(refusalOf({ setName: undefined, version: 0 }, true)).toBeNull();
  });

  it('refuses a database that a newer release has used, and names both versions', () => {
    const newer = DATABASE_SCHEMA_VERSION + 41;
    const refusal = refusalOf({ setName: undefined, version: newer }, false);
    expect(refusal).toContain(`schema version ${newer}`);
    expect(refusal).toContain(`knows ${DATABASE_SCHEMA_VERSION}`);
    expect(refusalOf({ setName: undefined, version: DATABASE_SCHEMA_VERSION }, false)).toBeNull();
  });
});

describe('checkDatabase', () => {
  it('gives up on a database that does not answer, names its host and no password', async () => {
    const said: string[] = [];
    const config = loadConfig(
      { MONGODB_URI: 'mongodb://user:hunter2@127.0.0.1:9/shop?serverSelectionTimeoutMS=50' },
      [],
    );
    const failure = await checkDatabase(config, (line) => said.push(line), 0).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseAwayError);
    expect((failure as Error).message).toContain('127.0.0.1:9');
    expect([...said, (failure as Error).message].join()).not.toContain('hunter2');
  });
});
