import { Worker } from 'node:worker_threads';

/**
 * Runs a module that exports `carryOut(task)` in a thread of its own. Task and result are copied.
 * @param module  its file in `runs`
 */
export function inThread<Task, Result>(module: string, task: Task): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./runner.mjs', import.meta.url), {
      workerData: { module: new URL(`../../runs/${module}`, import.meta.url).href, task },
      execArgv: [],
    });
    worker.once('message', (result: Result) => resolve(result));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread ended with ${code} before it was done`)));
  });
}
