import { setTimeout as delay } from 'node:timers/promises';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Answer } from './answer.js';
import { type CallLog } from './calls.js';
import { type ActiveFault, type Faults } from './faults.js';
import { type Reply, type Request } from './request.js';

/** The part of a simulated system that the gate needs. */
export interface System {
  name: (request: Request) => string;
  latencyMs: () => number;
  serve: (request: Request) => Reply;
  /** The answer to a fault with a status or a code. */
  fail: (request: Request, fault: ActiveFault) => Reply;
}

export function toRequest(raw: FastifyRequest): Request {
  const [path = '', ...rest] = raw.url.split('?');
  const rawQuery = rest.join('?');
  return {
    method: raw.method,
    path: path.length > 1 ? path.replace(/\/+$/, '') : path,
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: raw.headers as Record<string, string | undefined>,
    body: typeof raw.body === 'string' ? raw.body : '',
  };
}

const answersItself = (fault: ActiveFault): boolean => fault.status !== undefined || fault.code !== undefined;

/** Every call of a simulated system passes here: requested faults, the effect in one step, the record, the answer. */
export async function pass(
  system: System,
  calls: CallLog,
  faults: Faults,
  raw: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const request = toRequest(raw);
  const name = system.name(request);
  const fault = faults.take(request.path, name);
  const wait = system.latencyMs() + (fault?.delayMs ?? 0);
  if (wait > 0) await delay(wait);
  if (fault?.drop === 'before' || fault?.hang === 'before') {
    calls.received(name, request, null, fault.drop ? 'dropped before the effect' : 'hangs before the effect');
    return end(reply, fault);
  }
  if (fault && answersItself(fault) && !fault.after) {
    const { answer } = system.fail(request, fault);
    calls.received(name, request, answer, 'answered by a fault, no effect');
    return write(reply, answer);
  }
  const { answer, after } = system.serve(request);
  await after?.();
  if (fault?.drop || fault?.hang) {
    calls.received(name, request, null, fault.drop ? 'dropped after the effect' : 'hangs after the effect');
    return end(reply, fault);
  }
  const given = fault && answersItself(fault) ? system.fail(request, fault).answer : answer;
  calls.received(name, request, given, given === answer ? undefined : 'answered by a fault, after the effect');
  return write(reply, given);
}

/** Leaves the caller without an answer: the connection is closed, or stays open for good. */
function end(reply: FastifyReply, fault: ActiveFault): void {
  reply.hijack();
  if (fault.drop) reply.raw.socket?.destroy();
}

function write(reply: FastifyReply, answer: Answer): void {
  void reply.code(answer.status).headers(answer.headers).send(answer.body);
}
