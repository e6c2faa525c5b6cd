import { InTurn } from './in-turn.js';

/** Work that ends on request. */
function held(): { readonly work: () => Promise<void>; readonly release: () => void; readonly begun: () => boolean } {
  let release = (): void => undefined;
  let begun = false;
  const gate = new Promise<void>((resolve) => (release = resolve));
  return {
    work: async () => {
      begun = true;
      await gate;
    },
    release: () => release(),
    begun: () => begun,
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('runs work that shares a key one after the other, and other work beside it', async () => {
  const turns = new InTurn();
  const [first, second, other] = [held(), held(), held()];
  const all = [turns.run(['a', 'b'], first.work), turns.run(['b', 'c'], second.work), turns.run(['d'], other.work)];
  await settle();
  expect([first, second, other].map((one) => one.begun())).toEqual([true, false, true]);
  first.release();
  await settle();
  expect(second.begun()).toBe(true);
  second.release();
  other.release();
  await Promise.all(all);
});

it('continues after work that failed', async () => {
  const turns = new InTurn();
  const failed = turns.run(['a'], async () => {
    throw new Error('no');
  });
  const next = turns.run(['a'], async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
