import { type JobOutcome, type JobOutcomes } from './job-outcome.js';
import { type QueueName } from './queue-names.js';

/** The metadata key of a class that declares handlers. */
export const JOB_HANDLERS = 'stock-orchestrator:job-handlers';

/** A method that handles the jobs of a queue. */
export interface HandlerMethod {
  readonly queue: QueueName;
  readonly method: string;
  /** Whether it takes all ids of a job at once. */
  readonly takesBatch: boolean;
}

type Decorated<Handle> = <Method extends Handle>(
  prototype: object,
  method: string,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * The method takes all ids of a job at once, and returns an outcome for each. `workers` finds it and
 * connects it with the queue.
 */
export function BatchJobHandler(queue: QueueName): Decorated<(ids: readonly string[]) => Promise<JobOutcomes>> {
  return (prototype, method) => note(prototype, { queue, method, takesBatch: true });
}

/** The method takes one id; the ids of a job are passed one after the other. */
export function JobHandler(queue: QueueName): Decorated<(id: string) => Promise<JobOutcome>> {
  return (prototype, method) => note(prototype, { queue, method, takesBatch: false });
}

/** The handlers that a provider declares. */
export function handlerMethodsOf(provider: object): readonly HandlerMethod[] {
  return (Reflect.getMetadata(JOB_HANDLERS, provider) as readonly HandlerMethod[] | undefined) ?? [];
}

function note(prototype: object, handler: HandlerMethod): void {
  Reflect.defineMetadata(JOB_HANDLERS, [...handlerMethodsOf(prototype), handler], prototype);
}
