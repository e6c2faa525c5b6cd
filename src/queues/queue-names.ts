/** What the jobs of each queue carry. A job is only a hint to look; what is to be done stands on the documents it names. */
export interface JobData {
  /** A webhook event to handle. */
  inbox: { eventId: string };
  /** An order with work in the ERP, or with a plan to record. */
  orders: { orderKey: string };
  /** Entries to observe, or movements that nobody has carried on. */
  stock: { entries?: string[]; movements?: string[] };
  /** A channel with something to be told. */
  pushes: { connection: string };
  /** A push whose outcome is to be asked for. */
  feeds: { pushId: string };
  /** A command of the API to finish. */
  commands: { commandId: string };
  /** A file of stock to go on with. */
  imports: { importId: string };
  /** A look at everything to go on with. */
  reconcile: { runId: string };
}

export type QueueName = keyof JobData;

/** What every job carries beside its own. */
export interface JobContext {
  correlationIds?: readonly string[];
  orderIds?: readonly string[];
}

/** Every queue, and how many of its jobs run at the same time in one process. */
export const QUEUES = {
  inbox: 64,
  orders: 24,
  stock: 4,
  pushes: 4,
  feeds: 4,
  commands: 8,
  imports: 2,
  reconcile: 2,
} as const satisfies Record<QueueName, number>;

export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];
