import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { waitFor } from './wait.js';

const KEPT_LINES = 200;
const START_WITHIN_MS = 60_000;

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built application as a process of its own. */
export class AppProcess {
  readonly url: string;
  readonly ended: Promise<Ending>;
  private readonly lines: string[] = [];
  private ending: Ending | null = null;

  private constructor(
    private readonly child: ChildProcess,
    port: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.keep(text));
    this.ended = once(child, 'exit').then(
      (exit: unknown[]) => (this.ending = { code: exit[0], signal: exit[1] } as Ending),
    );
  }

  /** Starts it without waiting. `env` needs a PORT; of the test's own environment only PATH is passed on. */
  static spawn(env: Readonly<Record<string, string>>): AppProcess {
    const { PATH = '', TZ = '' } = process.env;
    const main = join(process.cwd(), process.env.TEST_PROGRAM ?? 'dist/src/main.js');
    const child = spawn(process.execPath, ['--enable-source-maps', main], {
      env: { PATH, TZ, NODE_ENV: 'test', HOST: '127.0.0.1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new AppProcess(child, env.PORT ?? '');
  }

  /** @throws Error with its output when it ends instead */
  async listening(): Promise<void> {
    await waitFor(
      'the application listens',
      () => {
        if (this.ending) throw new Error(`it ended (${this.ending.code ?? this.ending.signal}): ${this.output}`);
        return this.output.includes('listens on port');
      },
      { withinMs: START_WITHIN_MS, everyMs: 20 },
    );
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Its latest output. */
  get output(): string {
    return this.lines.join('');
  }

  get running(): boolean {
    return this.ending === null;
  }

  /** Kills it as a power cut would. */
  async kill9(): Promise<void> {
    if (this.running) this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Stops it as a deployment does. */
  async stop(): Promise<Ending> {
    if (this.running) this.child.kill('SIGTERM');
    return this.ended;
  }

  private keep(text: string): void {
    this.lines.push(text);
    if (this.lines.length > KEPT_LINES) this.lines.splice(0, this.lines.length - KEPT_LINES);
  }
}

/** A port that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
