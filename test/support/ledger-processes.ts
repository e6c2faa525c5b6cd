import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Checkpoint } from '../../src/common/checkpoint.js';

/** The checkpoints that a movement passes, in order. */
export const LEDGER_FLOW = [
  'ledger.composed',
  'ledger.appended',
  'movement.projected',
  'movement.told',
  'movement.settled',
] as const satisfies readonly Checkpoint[];

/** A ledger in a process of its own, which runs one job after the other. */
export class LedgerProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(uri: string, env: Readonly<Record<string, string>> = {}): Promise<LedgerProcess> {
    const { PATH = '', TEST_DIST = 'dist' } = process.env;
    const child = fork(join(process.cwd(), 'test/support/ledger-worker.mjs'), {
      env: { PATH, TEST_DIST, NODE_ENV: 'test', LEDGER_URI: uri, ...env },
      execArgv: ['--enable-source-maps'],
    });
    const started = new LedgerProcess(child);
    await started.answer();
    return started;
  }

  /** @throws Error with the message of the process, or when it ends */
  async job<Result>(job: { readonly do: string } & Readonly<Record<string, unknown>>): Promise<Result> {
    const answer = this.answer();
    this.child.send(job);
    return (await answer) as Result;
  }

  async ended(): Promise<NodeJS.Signals | number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.signalCode ?? this.child.exitCode;
  }

  /** Lets it finish the current job. */
  async close(): Promise<void> {
    if (this.child.connected) this.child.send({ do: 'close' });
    await this.ended();
  }

  private answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null, signal: string | null) =>
        reject(new Error(`the process ended (${code ?? signal})`));
      this.child.once('exit', onExit);
      this.child.once('message', ({ result, error }: { result?: unknown; error?: string }) => {
        this.child.off('exit', onExit);
        if (error === undefined) resolve(result);
        else reject(new Error(error));
      });
    });
  }
}

export function startProcesses(count: number, uri: string): Promise<LedgerProcess[]> {
  return Promise.all(Array.from({ length: count }, () => LedgerProcess.start(uri)));
}
