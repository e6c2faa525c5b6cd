/** Sends orders at an even pace, whether or not earlier ones are answered: an open loop. */
import { Agent, request } from 'node:http';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

const HEADERS = { 'content-type': 'application/json', 'x-falabella-signature': 'your_webhook_secret' };

/**
 * @param {{ url: string, perSecond: number, count: number, bodyOf: (number: number) => string }} load
 * @returns {Promise<{ p50: number, p95: number, p99: number, max: number, failed: number }>} times in
 * milliseconds, each from the moment when the request was due
 */
export async function paced({ url, perSecond, count, bodyOf }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const times = [];
  let failed = 0;
  const startedAt = performance.now();
  const sent = [];
  for (let number = 0; number < count; number += 1) {
    const dueAt = startedAt + (number * 1_000) / perSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await pause(waitMs);
    sent.push(
      send(url, agent, bodyOf(number)).then(
        (status) => (status === 200 ? times.push(performance.now() - dueAt) : (failed += 1)),
        () => (failed += 1),
      ),
    );
  }
  await Promise.all(sent);
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), failed };
}

async function send(url, agent, body) {
  const call = request(url, {
    method: 'POST',
    agent,
    headers: { ...HEADERS, 'content-length': Buffer.byteLength(body) },
  });
  call.end(body);
  const [answer] = await once(call, 'response');
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode;
}
