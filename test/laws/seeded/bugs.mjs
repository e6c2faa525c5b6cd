/**
 * Real mistakes of the past, each as a change of the source that puts it back. A piece of source to
 * replace must occur exactly once. When the source changes, the change here must follow.
 * @typedef {{ file: string, from: string, to: string }} Edit
 * @typedef {{ spec: string, test: string, runs: number }} Where  the test that finds it, and in how many
 * runs
 * @typedef {{ bug: string, edits: Edit[], seen: Where, says: RegExp }} SeededBug  `says`: the failure that
 * the test must report
 */

const interleaving = (runs) => ({ spec: 'interleaving.spec.ts', test: 'end right without a healing sweep', runs });
const ledger = (runs) => ({ spec: 'ledger.spec.ts', test: 'is done once, adds up', runs });
const balances = (runs) => ({ spec: 'balances.spec.ts', test: 'ends in the balances of the newest version', runs });
const planning = (runs) => ({ spec: 'planning.spec.ts', test: 'plans nothing', runs });

/** @type {SeededBug[]} */
export const BUGS = [
  {
    bug: 'a reservation is ended twice: each attempt to count a delivery has a key of its own',
    edits: [
      {
        file: 'src/fulfilment/delivery-worker.service.ts',
        from: 'key: `${hold.key}/end`,\n      cause',
        to: 'key: `${hold.key}/end/${order.rev}`,\n      cause',
      },
    ],
    seen: interleaving(2_000),
    says: /reserved, the orders hold|overstates/,
  },
  {
    bug: 'a run within one entry is inserted without order',
    edits: [{ file: 'src/stock/movements.repository.ts', from: '{ ordered: true }', to: '{ ordered: false }' }],
    seen: ledger(600),
    says: /does not add up|does not show|Property failed/,
  },
  {
    bug: 'a mark is a boolean: whoever has served it clears it, whatever came meanwhile',
    edits: [
      {
        file: 'src/common/mongo/mark.ts',
        from: 'const unchanged = { _id: { $in: group.map(({ id }) => id) }, [`${f}.requested`]: noted };',
        to: 'const unchanged = { _id: { $in: group.map(({ id }) => id) } };',
      },
    ],
    seen: interleaving(600),
    says: /is not handled|is not served|is not recorded|should show/,
  },
  {
    bug: 'an older snapshot of an order wins',
    edits: [
      {
        file: 'src/orders/orders.service.ts',
        from: 'if (snapshot.version !== version) return snapshot.version < version;',
        to: 'if (snapshot.version !== version) return false;',
      },
    ],
    seen: balances(300),
    says: /it should come to/,
  },
  {
    bug: 'a delivery is counted by what was delivered, not by what the ERP holds',
    edits: [
      {
        file: 'src/stock/operations/ends.ts',
        from: 'observed ?? before.quantity - units',
        to: 'before.quantity - units',
      },
    ],
    seen: interleaving(600),
    says: /nobody saw/,
  },
  {
    bug: 'the key of a movement is built from what it says',
    edits: [
      {
        file: 'src/orders/planner.ts',
        from: 'key: `${key}/${rev}/${i}`',
        to: 'key: `${key}/${allocation.lineId}/${allocation.sku}/${allocation.units}`',
      },
    ],
    seen: balances(300),
    says: /it should come to/,
  },
  {
    bug: 'the head of a chain is taken from the entry that shows it',
    edits: [
      {
        file: 'src/stock/tip-reader.ts',
        from: 'const heads = new Map<string, Balance>();\n    let searches',
        to: 'const heads = new Map((await this.entries.find({ _id: { $in: [...entries] } }).toArray()).map((row) => [row._id, balanceOf(row)]));\n    if (heads.size === entries.length) return heads;\n    let searches',
      },
    ],
    seen: ledger(600),
    says: /all the while/,
  },
  {
    bug: 'a guard is not asked',
    edits: [{ file: 'src/stock/apply.ts', from: 'command.guarded && taken > 0', to: '!command.guarded && taken > 0' }],
    seen: ledger(600),
    says: /in spite of its guard|refused that nothing forbids/,
  },
  {
    bug: 'what our deliveries hold is not looked at a second time',
    edits: [
      {
        file: 'src/connectors/odoo/stock/observe-stock.ts',
        from: 'if (fingerprint(before) === fingerprint(after))',
        to: 'if (before)',
      },
    ],
    seen: interleaving(600),
    says: /overstates|there are/,
  },
  {
    bug: 'a push carries a number that was read earlier',
    edits: [
      {
        file: 'src/publishing/due-listings.service.ts',
        from: 'const targets = await this.targets.of(connection, claimed);',
        to: 'const remembered = ((this as unknown as { old?: Map<string, never> }).old ??= new Map());\n    const targets = new Map([...(await this.targets.of(connection, claimed)), ...remembered]);\n    for (const [id, number] of targets) remembered.set(id, number as never);',
      },
    ],
    seen: interleaving(600),
    says: /it should show/,
  },
  {
    bug: 'a number is one too low while its SKU is to be read in the ERP',
    edits: [
      {
        file: 'src/publishing/target-numbers.service.ts',
        from: 'Math.min(0, entry.available) : entry.available;',
        to: 'Math.min(0, entry.available) : entry.available - (entry.observe.requested > entry.observe.processed ? 1 : 0);',
      },
    ],
    seen: interleaving(2_000),
    says: /is sent \d+ x/,
  },
  {
    bug: 'each attempt to deliver has a name of its own',
    edits: [
      {
        file: 'src/fulfilment/delivery-worker.service.ts',
        from: 'name: transfer.name,\n    origin',
        to: 'name: `${transfer.name}.${Math.random()}`,\n    origin',
      },
    ],
    seen: interleaving(600),
    says: /counted as delivered|overstates|there are/,
  },
  {
    bug: 'a reservation is given back although its delivery may have begun',
    edits: [{ file: 'src/orders/planner.ts', from: 'if (!change.begun) {', to: 'if (change.rev > 0) {' }],
    seen: interleaving(600),
    says: /overstates|counted as delivered|reserved, the orders hold/,
  },
  {
    bug: 'an observation is appended whatever came since the head was read',
    edits: [
      {
        file: 'src/fulfilment/stock-observer.service.ts',
        from: 'commands, observedFrom: head.seq });',
        to: 'commands, observedFrom: 1e9 });',
      },
    ],
    seen: interleaving(2_000),
    says: /overstates|understates|there are/,
  },
  {
    bug: 'what a delivery has taken is missing until its end is counted',
    edits: [
      {
        file: 'src/fulfilment/reading/uncounted.ts',
        from: 'return Math.min(Math.max(taken - counted',
        to: 'return 0 * Math.min(Math.max(taken - counted',
      },
    ],
    seen: interleaving(600),
    says: /understates/,
  },
  {
    bug: 'uncounted deliveries are not asked for again after the free units were read',
    edits: [
      {
        file: 'src/connectors/odoo/stock/observe-stock.ts',
        from: 'const names = await uncounted(skus);',
        to: 'const remembered = uncounted as unknown as { names?: readonly string[] };\n    const names = (remembered.names ??= await uncounted(skus));',
      },
    ],
    seen: interleaving(6_000),
    says: /understates|nobody saw/,
  },
  {
    bug: 'what our deliveries have taken is read before what they hold',
    edits: [
      {
        file: 'src/connectors/odoo/stock/observe-stock.ts',
        from: 'const held = await this.own.holding(skus, connection);\n    return { held, taken: await this.taken.of(names, skus, connection) };',
        to: 'const taken = await this.taken.of(names, skus, connection);\n    return { held: await this.own.holding(skus, connection), taken };',
      },
    ],
    seen: interleaving(8_000),
    says: /understates/,
  },
  {
    bug: 'the order says what is counted, not the ledger',
    edits: [
      {
        file: 'src/fulfilment/reading/erp-reader.service.ts',
        from: 'isCounted: one.isCounted || ends.has(',
        to: 'isCounted: one.isCounted || false && ends.has(',
      },
    ],
    seen: interleaving(600),
    says: /overstates|understates/,
  },
  {
    bug: 'each end takes off what all uncounted deliveries of its SKU have taken',
    edits: [
      {
        file: 'src/fulfilment/stock-observer.service.ts',
        from: 'quantityIn(seen, warehouse, ended.add((count as ToCount).key))',
        to: 'quantityIn(seen, warehouse, new Set(seen.ours.map(({ key }) => key)))',
      },
    ],
    seen: interleaving(2_000),
    says: /understates/,
  },
  {
    bug: 'a channel that takes its own orders off is told what was given back on top',
    edits: [{ file: 'src/orders/hold-state.ts', from: ' && !isReleased;', to: ';' }],
    seen: interleaving(6_000),
    says: /it should show/,
  },
  {
    bug: 'of a group of conditional changes all count as stored when one is',
    edits: [
      {
        file: 'src/common/mongo/conditional-writes.ts',
        from: 'matchedCount === attempts.length && tries',
        to: 'matchedCount > 0 && tries',
      },
    ],
    seen: interleaving(2_000),
    says: /./,
  },
  {
    bug: 'the token of a conditional change does not tell it from others',
    edits: [
      {
        file: 'src/common/mongo/conditional-writes.ts',
        from: 'attempts.map(({ token }) => tokens.has(token))',
        to: 'attempts.map(({ token }) => tokens.size > 0 && token !== "")',
      },
    ],
    seen: interleaving(2_000),
    says: /./,
  },
  {
    bug: 'no channel is told of goods that have left, also not one that takes its own orders off',
    edits: [
      {
        file: 'src/stock-changes/movement-follower.service.ts',
        from: " || this.connections.sellingOf(connection)?.pushes !== 'available'",
        to: '',
      },
    ],
    seen: interleaving(6_000),
    says: /it should show/,
  },
  {
    bug: 'a plan says once more what it has said already',
    edits: [
      { file: 'src/orders/planner.ts', from: 'if (held >= item.units) return;', to: 'if (held > item.units) return;' },
    ],
    seen: planning(200),
    says: /the second plan/,
  },
];
