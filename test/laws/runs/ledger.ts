import fc from 'fast-check';
import { type LedgerService } from '../../../src/stock/ledger.service.js';
import { InsufficientStockError, LEDGER, type Command, type Movement } from '../../../src/stock/ledger.types.js';
import { type StockEntry } from '../../../src/stock/schemas.js';
import { Machinery } from '../support/machinery.js';
import { checkProperty, type PropertyRuns } from '../support/property.js';
import { Random } from '../support/random.js';
import { quietScenario } from '../support/shop/quiet.js';
import { type StockPlace } from '../support/shop/scenario.js';
import { Timeline } from '../support/time/timeline.js';
import { Weather } from '../support/time/weather.js';

const WAREHOUSE = 'main';
const PLACES: readonly StockPlace[] = ['own-1', 'own-2'].map((sku) => ({
  sku,
  warehouse: WAREHOUSE,
  master: LEDGER,
  stock: sku === 'own-1' ? 1 : 4,
  counted: true,
}));

/** One request to the ledger, which its caller repeats until it is answered. */
interface Asked {
  readonly sku: string;
  readonly commands: readonly Command[];
  readonly allOrNone: boolean;
  /** How often it is sent, also by concurrent callers. */
  readonly times: number;
  readonly afterMs: number;
}

interface Script {
  readonly asked: readonly Asked[];
  /** The times at which a process dies, in milliseconds. */
  readonly deaths: readonly number[];
  /** Seed of the scheduling. */
  readonly schedule: number;
}

type Draft = Command extends infer C ? (C extends Command ? Omit<C, 'key' | 'cause'> : never) : never;

const units = fc.integer({ min: 1, max: 4 });
const draft: fc.Arbitrary<Draft> = fc.oneof(
  fc.record({ kind: fc.constant('reserve' as const), units, guarded: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('release' as const, 'commit' as const), units }),
  fc.record({ kind: fc.constant('adjust' as const), by: fc.integer({ min: -4, max: 4 }), guarded: fc.boolean() }),
  fc.record({ kind: fc.constant('adjust' as const), quantity: fc.integer({ min: 0, max: 9 }) }),
);
const asked = fc.record({
  sku: fc.constantFrom('own-1', 'own-1', 'own-2'),
  drafts: fc.array(draft, { minLength: 1, maxLength: 3 }),
  allOrNone: fc.boolean(),
  times: fc.constantFrom(1, 1, 2),
  afterMs: fc.nat({ max: 4 }),
});
const script: fc.Arbitrary<Script> = fc
  .record({
    list: fc.array(asked, { minLength: 1, maxLength: 8 }),
    deaths: fc.array(fc.nat({ max: 40 }), { maxLength: 2 }),
    schedule: fc.nat(),
  })
  .map(({ list, ...rest }) => ({
    ...rest,
    asked: list.map(({ drafts, ...one }, i) => ({
      ...one,
      commands: drafts.map((its, j) => ({ ...its, key: `${i}/${j}`, cause: { type: 'command' as const } })),
    })),
  }));

/** A request that is repeated by any living process until it is answered. */
class Asking {
  answer: 'appended' | 'refused' | null = null;
  /** The newest seq of the chain when the request was first sent, and when the answer arrived. */
  readonly during = { from: 0, to: 0 };

  constructor(
    private readonly machinery: Machinery,
    readonly what: Asked,
  ) {}

  begin(): void {
    this.during.from ||= this.newest();
    const { sku, commands, allOrNone } = this.what;
    const run = {
      sku,
      warehouse: WAREHOUSE,
      master: LEDGER,
      commands,
      ...(allOrNone ? { allOrNone: true as const } : {}),
    };
    this.machinery.serve(`append ${sku} ${commands.map(({ key }) => key).join(' ')}`, ({ ledger }) =>
      this.ask(ledger, run),
    );
    // A process that is dead by now has not answered.
    this.machinery.timeline.after(5_000, () => {
      if (this.answer === null) this.begin();
    });
  }

  private async ask(ledger: LedgerService, run: Parameters<LedgerService['append']>[0]): Promise<void> {
    try {
      await ledger.append(run);
      this.answered('appended');
    } catch (error) {
      if (error instanceof InsufficientStockError) this.answered('refused');
    }
  }

  private answered(answer: 'appended' | 'refused'): void {
    if (this.answer !== null) return;
    this.answer = answer;
    this.during.to = this.newest();
  }

  private newest(): number {
    return chainOf(this.machinery, this.what.sku).at(-1)?.seq ?? 0;
  }
}

async function play(given: Script): Promise<{ machinery: Machinery; askings: readonly Asking[] }> {
  const random = new Random(given.schedule);
  const timeline = new Timeline(new Random(given.schedule ^ 0x5eed), new Weather(random), false);
  const machinery = new Machinery(quietScenario({ places: PLACES }), timeline, random, () => undefined);
  const askings: Asking[] = [];
  await machinery.run(() => {
    let at = 0;
    for (const what of given.asked) {
      at += what.afterMs;
      for (let i = 0; i < what.times; i++) {
        const asking = new Asking(machinery, what);
        askings.push(asking);
        timeline.after(at, () => asking.begin());
      }
    }
    for (const death of given.deaths) timeline.after(death, () => machinery.crash());
  });
  return { machinery, askings };
}

/** The effect of each kind of command, computed independently of the ledger. */
function after(
  { quantity, reserved }: { quantity: number; reserved: number },
  command: Command,
): { quantity: number; reserved: number } {
  switch (command.kind) {
    case 'reserve':
      return { quantity, reserved: reserved + command.units };
    case 'release':
      return { quantity, reserved: reserved - command.units };
    case 'commit':
      return { quantity: quantity - command.units, reserved: reserved - command.units };
    default:
      return { quantity: 'by' in command ? quantity + command.by : command.quantity, reserved };
  }
}

function chainOf(machinery: Machinery, sku: string): Movement[] {
  const all = [...machinery.tables.movements.docs.values()] as unknown as Movement[];
  return all.filter((movement) => movement.sku === sku).sort((a, b) => a.seq - b.seq);
}

/** A single guarded command may be refused only if stock was short at some moment between request and answer. */
function checkRefusal(machinery: Machinery, { answer, during, what: { sku, commands } }: Asking): void {
  const [command, another] = commands;
  if (answer !== 'refused' || !command || another) return;
  const taken = command.kind === 'reserve' ? command.units : 'by' in command ? -command.by : 0;
  const meanwhile = chainOf(machinery, sku).filter(({ seq }) => seq >= during.from && seq <= during.to);
  if (meanwhile.every(({ quantity, reserved }) => quantity - reserved >= taken))
    throw new Error(`${command.key} is refused, and all the while there was enough`);
}

/** Walks the chain of one entry from its beginning: checks its end and every guard. */
function walk(machinery: Machinery, commands: ReadonlyMap<string, Command>, { sku, stock }: StockPlace): void {
  const chain = chainOf(machinery, sku).slice(1);
  let balance = { quantity: stock, reserved: 0 };
  for (const movement of chain) {
    const command = commands.get(movement.key);
    if (!command) throw new Error(`nobody asked for ${movement.key}`);
    balance = after(balance, command);
    if (balance.quantity !== movement.quantity || balance.reserved !== movement.reserved)
      throw new Error(`${movement._id} does not add up`);
    const takes = command.kind === 'reserve' || ('by' in command && command.by < 0);
    if (takes && 'guarded' in command && command.guarded && balance.quantity < balance.reserved) {
      throw new Error(`${movement._id} takes what is not there, in spite of its guard`);
    }
  }
  const entry = [...machinery.tables.entries.docs.values()].find((one) => one.sku === sku) as unknown as StockEntry;
  if (entry.quantity !== balance.quantity || entry.reserved !== balance.reserved)
    throw new Error(`the entry of ${sku} does not show what its chain comes to`);
}

export function carryOut(runs: PropertyRuns): Promise<string | null> {
  return checkProperty(runs, script, async (given) => {
    const { machinery, askings } = await play(given);
    const commands = new Map(
      given.asked.flatMap((one) => one.commands.map((command) => [command.key, command] as const)),
    );
    for (const asking of askings) checkRefusal(machinery, asking);
    for (const place of PLACES) walk(machinery, commands, place);
    if (machinery.watch.faults.length > 0) throw new Error(machinery.watch.faults.join('\n'));
    const keys = new Set([...machinery.tables.movements.docs.values()].map((movement) => movement.key));
    let i = 0;
    for (const one of given.asked) {
      for (let n = 0; n < one.times; n++) {
        const { answer } = askings[i++] ?? {};
        if (answer === null) throw new Error('somebody has no answer');
        if (answer === 'appended' && !one.commands.every(({ key }) => keys.has(key)))
          throw new Error('something was answered for that is not there');
      }
      const refusable = one.commands.some((command) => 'guarded' in command && command.guarded);
      if (!refusable && !one.commands.every(({ key }) => keys.has(key)))
        throw new Error('something was refused that nothing forbids');
    }
  });
}
