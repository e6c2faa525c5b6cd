/** A thread for runs. It loads TypeScript by itself and has its own globals, so that its time can be virtual. */
import { register } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

register('./typescript-hooks.mjs', import.meta.url);
const { carryOut } = await import(workerData.module);
parentPort.postMessage(await carryOut(workerData.task));
