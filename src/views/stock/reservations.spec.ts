import { reservationsOf, unexplained, type HeldBy } from './reservations.js';

const order = (id: string): HeldBy => ({
  by: 'order',
  id,
  orderId: id,
  number: null,
  connection: 'falabella',
  status: 'created',
});
const COMMAND: HeldBy = { by: 'command', id: 'cmd_1', kind: 'reduce', actor: 'ops' };

const line = (key: string, reservedDelta: number, minute = 0, warehouse = 'main') => ({
  entry: `${warehouse}/A`,
  warehouse,
  key,
  reservedDelta,
  at: new Date(Date.UTC(2026, 0, 1, 0, minute)),
});

describe('the reservations', () => {
  it('are the reserves without an end, oldest first', () => {
    const movements = [line('o2/1/0', 3, 5), line('o1/1/0', 2, 1), line('o1/1/0/end', -2, 9), line('cmd_1', 4, 2)];
    const holders = new Map([
      ['o1/1/0', order('o1')],
      ['o2/1/0', order('o2')],
      ['cmd_1', COMMAND],
    ]);
    expect(reservationsOf(movements, holders)).toMatchObject([
      { by: 'command', id: 'cmd_1', kind: 'reduce', units: 4, warehouse: 'main' },
      { by: 'order', id: 'o2', units: 3, warehouse: 'main', since: movements[0]?.at },
    ]);
  });

  it('count the units in the ledger, not the requested ones', () => {
    const holders = new Map([['o1/1/0', order('o1')]]);
    expect(reservationsOf([line('o1/1/0', 0)], holders)).toEqual([]);
    expect(reservationsOf([line('o1/1/0', 5)], holders)).toMatchObject([{ units: 5 }]);
  });

  it('end only in the warehouse of their end', () => {
    const holders = new Map([['o1/1/0', order('o1')]]);
    const movements = [line('o1/1/0', 2), line('o1/1/0', 1, 0, 'north'), line('o1/1/0/end', -2)];
    expect(reservationsOf(movements, holders)).toMatchObject([{ warehouse: 'north', units: 1 }]);
  });

  it('leave a remainder when reserved units have no owner', () => {
    const reservations = reservationsOf(
      [line('o1/1/0', 2), line('o2/1/0', 7, 0, 'north')],
      new Map([
        ['o1/1/0', order('o1')],
        ['o2/1/0', order('o2')],
      ]),
    );
    expect(unexplained(5, 'main', reservations)).toBe(3);
    expect(unexplained(7, 'north', reservations)).toBe(0);
    expect(unexplained(0, 'south', reservations)).toBe(0);
  });
});
