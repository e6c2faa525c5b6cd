/** `npm start` itself, in a separate project with two small programs; Redis and the database are real. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { serviceSet } from './lib/paths.mjs';
import { readState } from './lib/state.mjs';
import { isAlive } from './services/process.mjs';
import { endedInOrder, makeProject, clearProject, runProgram, runScript, until } from './spec/project.mjs';
import { anyPort } from './spec/real-redis.mjs';

const LIMIT_MS = 90_000;
let root;
let port;
let env;
const running = [];

const start = (more = {}, args = []) => {
  const script = runScript(root, ['start.mjs', ...args], { ...env, ...more });
  running.push(script);
  return script;
};
const services = () => readState(serviceSet('dev', { root }).dir).services;
const body = () => fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());

beforeAll(() => {
  if (!process.env.TEST_MONGODB_URI) throw new Error('TEST_MONGODB_URI is not set: run this by `npm test -- services`');
  root = makeProject();
});
afterAll(() => root && rmSync(root, { recursive: true, force: true }));
beforeEach(async () => {
  port = await anyPort();
  env = { PORT: String(port), SANDBOX_PORT: String(await anyPort()), MONGODB_URI: process.env.TEST_MONGODB_URI };
});
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await clearProject(root);
});

test(
  'it builds, starts everything, shows the addresses, and ends it in order on SIGTERM',
  async () => {
    const script = start();
    const text = await script.shows(/Ready after/);
    expect(text).toMatch(/building/);
    expect(text).toMatch(new RegExp(`app +http://localhost:${port}\\n`));
    expect(text).toMatch(/sandbox +http:\/\/127\.0\.0\.1:\d+/);
    expect(await body()).toBe('VERSION 1');
    const { redis } = services();
    const received = readFileSync(join(root, '.local/dev/logs/app.log'), 'utf8');
    expect(received).toContain(`"redis":"${redis.port}"`);
    expect(received).toContain(`"sandbox":"http://127.0.0.1:${env.SANDBOX_PORT}"`);

    script.child.kill('SIGTERM');
    const { code } = await script.ended;
    expect(code).toBe(0);
    expect(endedInOrder(root)).toEqual(['app', 'sandbox']);
    expect(redis.processes.some(isAlive)).toBe(false);
    expect(services()).toEqual({});
  },
  LIMIT_MS,
);

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'])(
  'npm start ends everything in order when npm alone gets %s',
  async (signal) => {
    const script = runProgram(root, 'npm', ['start'], env);
    running.push(script);
    await script.shows(/Ready after/);
    const started = Object.values(services()).flatMap((service) => service.processes);
    // A supervisor that is gone reads no output either.
    script.child.stdout.destroy();
    script.child.kill(signal);
    await until(() => !started.some(isAlive));
    expect(endedInOrder(root)).toEqual(['app', 'sandbox']);
    await until(() => Object.keys(services()).length === 0);
  },
  LIMIT_MS,
);

test(
  'a second Ctrl-C does not wait for an app that drains for long; the same press arriving twice is one',
  async () => {
    const script = start({ STAND_IN_HANGS: '1', ODOO_API_KEY: 'real' });
    await script.shows(/Ready after/);
    const { app, redis } = services();
    script.child.kill('SIGINT');
    script.child.kill('SIGINT');
    await script.shows(/stopping app/);
    const pressedAt = Date.now();
    await until(() => Date.now() - pressedAt > 1_500);
    expect(isAlive(app.processes[0])).toBe(true);
    script.child.kill('SIGINT');
    expect((await script.ended).code).toBe(0);
    expect([...app.processes, ...redis.processes].some(isAlive)).toBe(false);
  },
  LIMIT_MS,
);

test(
  'a second start beside the first shows where it runs, and does no harm',
  async () => {
    await start().shows(/Ready after/);
    const before = services();
    const { code, text } = await start().ended;
    expect(code).toBe(1);
    expect(text).toMatch(new RegExp(`It runs already at http://localhost:${port}`));
    expect(services()).toEqual(before);
    expect(await body()).toBe('VERSION 1');
    expect(endedInOrder(root)).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'after a kill of the launcher the next start says so, adopts Redis and restarts the programs',
  async () => {
    const first = start();
    await first.shows(/Ready after/);
    const before = services();
    first.child.kill('SIGKILL');
    await first.ended;
    expect(before.redis.processes.every(isAlive)).toBe(true);

    const text = await start().shows(/Ready after/);
    expect(text).toMatch(/the app of an earlier start that did not end in order still ran; stopping it/);
    expect(text).toMatch(/Redis: still running from an earlier start/);
    expect(services().redis.processes).toEqual(before.redis.processes);
    expect(isAlive(before.app.processes[0])).toBe(false);
    expect(await body()).toBe('VERSION 1');
  },
  LIMIT_MS,
);

test(
  'a taken port is reported with its holder and the way around, before anything is started',
  async () => {
    const server = createServer();
    await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    const { code, text } = await start().ended;
    await new Promise((resolve) => server.close(resolve));
    expect(code).toBe(1);
    expect(text).toMatch(
      new RegExp(`Port ${port} is taken by process ${process.pid} \\([^)]+\\)\\. Nothing was started`),
    );
    expect(text).toMatch(/PORT=\d+ npm start/);
    expect(services()).toEqual({});
  },
  LIMIT_MS,
);

test(
  'an app that ends by itself is shown with its exit code and last lines, and everything is stopped',
  async () => {
    const script = start();
    await script.shows(/Ready after/);
    const { redis, sandbox } = services();
    await fetch(`http://127.0.0.1:${port}/crash`).catch(() => {});
    const { code, text } = await script.ended;
    expect(code).toBe(7);
    expect(text).toMatch(/The app ended with exit code 7\. Its log ends with:\n[^]*Something broke for good/);
    expect([...redis.processes, ...sandbox.processes].some(isAlive)).toBe(false);
  },
  LIMIT_MS,
);

test(
  'a service that ends by itself is named, and everything is stopped',
  async () => {
    const script = start();
    await script.shows(/Ready after/);
    const [redis] = services().redis.processes;
    process.kill(redis.pid, 'SIGKILL');
    const { code, text } = await script.ended;
    expect(code).toBe(1);
    expect(text).toMatch(new RegExp(`redis: redis \\(pid ${redis.pid}\\) has ended by itself`));
    expect(endedInOrder(root)).toEqual(['app', 'sandbox']);
  },
  LIMIT_MS,
);

test(
  'the reasons of an app that refuses its configuration are shown as they are',
  async () => {
    // Given credentials prevent the stand-in sandbox, which would refuse as well.
    const { code, text } = await start({ STAND_IN_REFUSES: '1', ODOO_API_KEY: 'real' }).ended;
    expect(code).toBe(78);
    expect(text).toMatch(/The configuration is not usable:\n {2}PUBLISHING must be one of shadow, live, stopped\n/);
    expect(services()).toEqual({});
  },
  LIMIT_MS,
);

test(
  'with a real credential there is no sandbox',
  async () => {
    const text = await start({ FALABELLA_API_KEY: 'a-real-key' }).shows(/Ready after/);
    expect(text).not.toMatch(/sandbox/);
    expect(text).toMatch(/begins in shadow/);
    expect(services().sandbox).toBeUndefined();
  },
  LIMIT_MS,
);

test(
  'in production nothing is started',
  async () => {
    const { code, text } = await start({ NODE_ENV: 'production' }).ended;
    expect(code).toBe(1);
    expect(text).toMatch(/NODE_ENV is production and no address is given for Redis/);
    expect(services()).toEqual({});
  },
  LIMIT_MS,
);

test(
  'with --watch, a changed source is built and only its program is restarted',
  async () => {
    const script = start({}, ['--watch']);
    await script.shows(/Watching src/);
    await until(
      () =>
        existsSync(join(root, '.local/dev/logs/compiler.log')) &&
        /Found 0 errors/.test(readFileSync(join(root, '.local/dev/logs/compiler.log'), 'utf8')),
    );
    const before = services();
    const source = join(root, 'src/main.ts');
    const text = readFileSync(source, 'utf8');

    writeFileSync(source, `${text}const wrong: number = 'text';\n`);
    await script.shows(/main\.ts\(\d+,\d+\): error TS2322/);
    expect(await body()).toBe('VERSION 1');

    writeFileSync(source, text.replace('VERSION 1', 'VERSION 2'));
    await until(async () => (await body().catch(() => '')) === 'VERSION 2');
    await until(() => services().app !== undefined);
    expect(services().sandbox).toEqual(before.sandbox);
    await until(() => (script.text().match(/^RECEIVED /gm) ?? []).length === 2);

    script.child.kill('SIGINT');
    expect((await script.ended).code).toBe(0);
    expect(before.redis.processes.some(isAlive)).toBe(false);
  },
  LIMIT_MS,
);

test(
  'the services are listed, refused to be reset, stopped and reset from another terminal',
  async () => {
    // A separate cache folder, because `reset` deletes the notes there.
    const ask = (...args) =>
      runScript(root, ['services.mjs', ...args], { ...env, XDG_CACHE_HOME: join(root, '.local/cache') }).ended;
    expect(await ask('status')).toMatchObject({ code: 3, text: expect.stringMatching(/npm start does not run/) });
    const script = start();
    await script.shows(/Ready after/);
    const { redis } = services();

    const seen = await ask('status');
    expect(seen.code).toBe(0);
    expect(seen.text).toMatch(new RegExp(`redis +running +${redis.processes[0].pid} +${redis.port} +under a minute`));
    expect(seen.text).toMatch(new RegExp(`app +running +\\d+ +${port} `));
    expect(await ask('logs', 'app')).toMatchObject({ code: 0, text: expect.stringMatching(/RECEIVED/) });
    expect(await ask('logs', 'nothing')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/There are: app, .*redis/),
    });
    expect(await ask('reset')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/Stop it first.*nothing was deleted/),
    });
    expect(existsSync(join(root, '.local/dev/data/redis'))).toBe(true);

    expect(await ask('stop')).toMatchObject({ code: 0, text: expect.stringMatching(/Stopped/) });
    expect((await script.ended).code).toBe(0);
    expect(endedInOrder(root)).toEqual(['app', 'sandbox']);
    expect(await ask('reset')).toMatchObject({ code: 0, text: expect.stringMatching(/deleting \.local\/dev\/data/) });
    expect(existsSync(join(root, '.local/dev/data'))).toBe(false);
  },
  LIMIT_MS,
);

test(
  'the processes of a killed launcher are stopped from another terminal',
  async () => {
    const script = start();
    await script.shows(/Ready after/);
    const left = Object.values(services()).flatMap((service) => service.processes);
    script.child.kill('SIGKILL');
    await script.ended;
    const { code, text } = await runScript(root, ['services.mjs', 'stop'], env).ended;
    expect(code).toBe(0);
    expect(text).toMatch(/stopping redis/);
    expect(left.some(isAlive)).toBe(false);
  },
  LIMIT_MS,
);
