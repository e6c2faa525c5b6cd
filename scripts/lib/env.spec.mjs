import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { givenDatabase, givenRedis } from '../services/given.mjs';
import { readEnvironment } from './env.mjs';

let root;
const env = (file, real = {}) => {
  writeFileSync(join(root, '.env'), file);
  return readEnvironment(root, real);
};
const SAMPLE_FILE = 'MONGODB_URI=mongodb://localhost:27017/stock_orchestrator\nREDIS_HOST=localhost\nREDIS_PORT=6379\n';

beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'env-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('the real environment wins over .env', () => {
  const { values, fromFile } = env('PORT=4000\nLOG_TTL_DAYS="7" # a week\n', { PORT: '5000' });
  expect(values).toMatchObject({ PORT: '5000', LOG_TTL_DAYS: '7' });
  expect([...fromFile]).toEqual(['LOG_TTL_DAYS']);
});

test('without .env the real environment stands alone', () => {
  expect(readEnvironment(root, { PORT: '5000' }).values).toEqual({ PORT: '5000' });
});

test('the sample addresses of .env may be skipped in development', () => {
  const environment = env(SAMPLE_FILE);
  expect(givenDatabase(environment)).toMatchObject({ sample: true });
  expect(givenRedis(environment)).toMatchObject({ url: 'redis://localhost:6379', sample: true });
});

test('in production the sample addresses are final', () => {
  const environment = env(`${SAMPLE_FILE}NODE_ENV=production\n`);
  expect(givenDatabase(environment)).toMatchObject({ sample: false });
  expect(givenRedis(environment)).toMatchObject({ sample: false });
});

test('the same addresses in the real environment are final', () => {
  const environment = env('', { MONGODB_URI: 'mongodb://localhost:27017/stock_orchestrator', REDIS_HOST: 'localhost' });
  expect(givenDatabase(environment)).toMatchObject({ sample: false });
  expect(givenRedis(environment)).toMatchObject({ url: 'redis://localhost:6379', sample: false });
});

test('one changed value makes the address final', () => {
  expect(givenRedis(env(SAMPLE_FILE.replace('6379', '6380')))).toMatchObject({
    url: 'redis://localhost:6380',
    sample: false,
  });
  expect(givenRedis(env(SAMPLE_FILE, { REDIS_PORT: '6379' }))).toMatchObject({ sample: false });
});

test('an empty value and a placeholder give no address', () => {
  const environment = env('MONGODB_URI=\nREDIS_HOST=changeme\nREDIS_URL=your_redis_url\n');
  expect(givenDatabase(environment)).toBeNull();
  expect(givenRedis(environment)).toBeNull();
});

test('an address is shown without its password', () => {
  const environment = env(
    'MONGODB_URI=mongodb://shop:hunter2@db.example.com/stock\nREDIS_URL=redis://:hunter2@cache.example.com:6379\n',
  );
  expect(givenDatabase(environment).shown).toBe('mongodb://***@db.example.com/stock');
  expect(givenRedis(environment).shown).toBe('redis://***@cache.example.com:6379');
});
