import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { createConnector } from './create-connector.mjs';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { until } from '../spec/project.mjs';

const SLOW_MS = 240_000;
const COPIED = [
  'src',
  'test/conformance',
  'test/support/dice.ts',
  'test/support/hostile-platform.ts',
  'scripts/templates',
  'package.json',
  'tsconfig.json',
  '.prettierrc.json',
  '.dependency-cruiser.cjs',
];
const SAMPLE = join(ROOT, 'scripts/spec/appmarket');
/** What a connector may declare beyond an ordinary one: see the files of the sample. */
const APP = 'appmarket';
const TOKEN = 'a-token-of-the-app';
/** A connector as it comes from the templates. */
const PLAIN = 'plainmarket';

let root;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'connector-'));
  for (const path of COPIED) cpSync(join(ROOT, path), join(root, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const read = (path) => readFileSync(join(root, path), 'utf8');
const node = (script, ...args) => run(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root });
const arrows = (folder) =>
  node('dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', folder);

test.each(['', 'Mercado', 'mercado libre', 'mercado-libre', '../odoo', '1st', 'x', 'constructor!'])(
  'it refuses "%s" as a name',
  async (name) => {
    await expect(createConnector({ root, name })).rejects.toThrow('small letters and digits');
  },
);

test('it refuses a folder that exists, and changes nothing', async () => {
  const before = read('src/connectors/registered.ts');
  await expect(createConnector({ root, name: 'odoo' })).rejects.toThrow('src/connectors/odoo exists');
  expect(read('src/connectors/registered.ts')).toBe(before);
  expect(existsSync(join(root, 'test/conformance/odoo.spec.ts'))).toBe(true);
});

describe('a new connector', () => {
  beforeAll(async () => {
    await createConnector({ root, name: PLAIN });
    await createConnector({ root, name: APP });
    for (const file of readdirSync(SAMPLE))
      cpSync(join(SAMPLE, file), join(root, 'src/connectors', APP, file.slice(0, -'.txt'.length)));
    for (const file of ['bench', 'spec']) rmSync(join(root, `test/conformance/${APP}.${file}.ts`));
  });

  test('is its folder and one line', () => {
    const line = (name) => `export { default as ${name} } from './${name}/index.js';\n`;
    expect(read('src/connectors/registered.ts')).toBe(
      readFileSync(join(ROOT, 'src/connectors/registered.ts'), 'utf8') + line(PLAIN) + line(APP),
    );
  });

  test(
    'imports what it may, and is refused another connector and the core',
    async () => {
      expect(await arrows('src')).toMatchObject({ code: 0 });
      const file = join(root, 'src/connectors', APP, 'webhook-routes.ts');
      const before = readFileSync(file, 'utf8');
      appendFileSync(file, `import '../${PLAIN}/settings.js';\nimport '../../stock/entry-id.js';\n`);
      const { code, output } = await arrows(`src/connectors/${APP}`);
      writeFileSync(file, before);
      expect(code).not.toBe(0);
      expect(output).toMatch(/a-connector-knows-no-other: src\/connectors\/appmarket\/webhook-routes\.ts/);
      expect(output).toMatch(/a-connector-knows-the-contract: src\/connectors\/appmarket\/webhook-routes\.ts/);
    },
    SLOW_MS,
  );

  test(
    'compiles with its conformance test',
    async () => {
      const build = {
        extends: './tsconfig.json',
        compilerOptions: { noEmit: false },
        include: ['src/main.ts', `test/conformance/${PLAIN}.spec.ts`],
      };
      writeFileSync(join(root, 'tsconfig.new.json'), JSON.stringify(build));
      expect(await node('typescript/bin/tsc', '-p', 'tsconfig.new.json')).toMatchObject({ code: 0, output: '' });
    },
    SLOW_MS,
  );

  test(
    'is served with its routes, settings, renewed credentials and limit',
    async () => {
      await served(async (url) => {
        const { paths } = await (await fetch(`${url}/docs-json`)).json();
        expect(paths).toHaveProperty([`/webhooks/${PLAIN}`, 'post']);
        expect(paths).toHaveProperty([`/${APP}/webhook/{token}`, 'post', 'security'], []);
        expect(await post(`${url}/${APP}/webhook/wrong`)).toMatchObject({ status: 404 });
        const kinds = (await (await fetch(`${url}/connections/kinds`)).json()).items;
        expect(kinds.map(({ connector }) => connector)).toEqual(expect.arrayContaining([PLAIN, APP]));
        for (const seller of ['first', 'second']) {
          const account = { connector: APP, id: seller, settings: { sellerId: seller } };
          const credentials = { refreshToken: 'works-once' };
          expect(await post(`${url}/connections`, { ...account, credentials })).toMatchObject({ id: seller });
        }
        expect(await post(`${url}/${APP}/webhook/${TOKEN}`, { seller: 'second' })).toMatchObject({
          status: 'accepted',
        });
        // A new bucket has no room yet.
        await until(async () => (await post(`${url}/connections/first/test`)).account === 'first, renewed');
        // The limit is the app's, so the first seller has used it up for the second one.
        expect(await post(`${url}/connections/second/test`)).toMatchObject({ ok: false });
      });
    },
    SLOW_MS,
  );
});

async function post(url, body = {}) {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

/** Starts the program of the copy with a database of its own. */
async function served(work) {
  const { PATH, MONGODB_URI, REDIS_HOST, REDIS_PORT, REDIS_URL } = process.env;
  const uri = new URL(MONGODB_URI);
  uri.pathname = `/t_connector_${process.pid}_${Date.now()}`;
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    cwd: root,
    env: {
      PATH,
      REDIS_HOST,
      REDIS_PORT,
      REDIS_URL,
      MONGODB_URI: uri.href,
      NODE_ENV: 'test',
      PORT: '0',
      HOST: '127.0.0.1',
      APPMARKET_CLIENT_ID: `app-${process.pid}-${Date.now()}`,
      APPMARKET_WEBHOOK_TOKEN: TOKEN,
      CREDENTIALS_KEYS: `a:${randomBytes(32).toString('base64')}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit');
  try {
    await work(await listening(child));
  } finally {
    child.kill('SIGTERM');
    await exit;
    const client = await new mongoose.mongo.MongoClient(uri.href).connect();
    await client.db().dropDatabase();
    await client.close();
  }
}

function listening(child) {
  let said = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
        const port = / listens on port (\d+)/.exec(said)?.[1];
        if (port) resolve(`http://127.0.0.1:${port}`);
      });
    child.once('exit', () => reject(new Error(`it ended: ${said}`)));
  });
}
