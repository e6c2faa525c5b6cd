/** A requested failure of the sandbox. Absent fields have no effect. */
interface Fault {
  /** Path, with `*` for any run of characters. */
  path?: string;
  /** Odoo: `stock.picking.create`, with `*` as well. */
  method?: string;
  /** Falabella: the Action. */
  action?: string;
  /** Tiendanube: `PATCH /products/stock-price`, with `*` as well. */
  call?: string;
  /** Lets this many matching calls pass first. */
  skip?: number;
  /** How many calls it affects; 0: all until it is removed. Default: 1. */
  times?: number;
  /** Waits before the call is handled. */
  delayMs?: number;
  /** Closes the connection without an answer, before or after the effect. */
  drop?: 'before' | 'after';
  /** Never answers; before or after the effect. */
  hang?: 'before' | 'after';
  /** Answers with this status. The effect does not happen, unless `after` is true. */
  status?: number;
  body?: string;
  contentType?: string;
  /** Falabella: answers with this ErrorCode (and HTTP 200 unless `status` says otherwise). */
  code?: number;
  message?: string;
  after?: boolean;
}

export interface ActiveFault extends Fault {
  id: number;
  hits: number;
}

const known = new Set([
  'path',
  'method',
  'action',
  'call',
  'skip',
  'times',
  'delayMs',
  'drop',
  'hang',
  'status',
  'body',
  'contentType',
  'code',
  'message',
  'after',
]);

/** An invalid fault. */
export class BadFault extends Error {}

export class Faults {
  private active: ActiveFault[] = [];
  private lastId = 0;

  add(input: unknown): ActiveFault {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) throw new BadFault('a fault is an object');
    const unknown = Object.keys(input).filter((key) => !known.has(key));
    if (unknown.length > 0) throw new BadFault(`unknown: ${unknown.join(', ')}`);
    const fault = input as Fault;
    if (!fault.path && !fault.method && !fault.action && !fault.call)
      throw new BadFault('say what it hits: path, method, action or call');
    for (const when of [fault.drop, fault.hang]) {
      if (when !== undefined && when !== 'before' && when !== 'after')
        throw new BadFault('drop and hang are "before" or "after" (the effect)');
    }
    const active = { ...fault, id: ++this.lastId, hits: 0 };
    this.active.push(active);
    return active;
  }

  list(): ActiveFault[] {
    return this.active;
  }

  /** Removes one fault, or all of them. */
  clear(id?: number): void {
    this.active = id === undefined ? [] : this.active.filter((fault) => fault.id !== id);
  }

  /** The first fault that applies to this call; taking it counts one use. */
  take(path: string, name: string): ActiveFault | null {
    for (const fault of this.active) {
      if (!hits(fault, path, name)) continue;
      if (fault.skip) {
        fault.skip -= 1;
        continue;
      }
      fault.hits += 1;
      const times = fault.times ?? 1;
      if (times > 0 && fault.hits >= times) this.clear(fault.id);
      return fault;
    }
    return null;
  }
}

function hits(fault: Fault, path: string, name: string): boolean {
  const system = path.split('/')[1];
  const names = (which: string, pattern: string | undefined): boolean =>
    !pattern || (system === which && glob(pattern, name));
  if (fault.path && !glob(fault.path, path)) return false;
  return names('odoo', fault.method) && names('falabella', fault.action) && names('tiendanube', fault.call);
}

function glob(pattern: string, text: string): boolean {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
      .join('.*')}$`,
  ).test(text);
}
