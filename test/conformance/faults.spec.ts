import { InvalidInputError } from '../../src/common/errors.js';
import { type AnyConnector, type Bench } from './bench.js';
import { thrown } from './clause.js';
import { falabellaBench } from './falabella.bench.js';
import { CHANNEL_FAULTS } from './faults/channel.js';
import { COMMON_FAULTS } from './faults/common.js';
import { ERP_FAULTS } from './faults/erp.js';
import { withFault, type Fault } from './faulty.js';
import { odooBench } from './odoo.bench.js';
import { tiendanubeBench } from './tiendanube.bench.js';
import { clausesFor, type Conformance } from './suite.js';

/** Refuses a webhook that its sender cannot correct and would repeat. */
const refusing = (sound: AnyConnector) => ({
  decode: (topic: string, rawBody: Buffer) => {
    const intent = sound.decode(topic, rawBody);
    if (intent.kind === 'nothing') throw new InvalidInputError([{ field: 'event', expected: 'one that is known' }]);
    return intent;
  },
});
const TIENDANUBE_FAULTS = {
  ...COMMON_FAULTS,
  ...CHANNEL_FAULTS,
  'an unknown webhook is refused with the fields at fault, or ignored': refusing as Fault,
};
/** Without signatures no proof can belong to one body alone. */
const ODOO_CANNOT_FAIL = ['a proof of one body does not fit another'];

describe.each<[string, Conformance, () => Promise<Bench>, Readonly<Record<string, Fault>>, readonly string[]]>([
  ['Falabella', { role: 'channel' }, falabellaBench, { ...COMMON_FAULTS, ...CHANNEL_FAULTS }, []],
  ['Tiendanube', { role: 'channel', lacks: ['findPush', 'planPush'] }, tiendanubeBench, TIENDANUBE_FAULTS, []],
  ['Odoo', { role: 'erp' }, odooBench, { ...COMMON_FAULTS, ...ERP_FAULTS }, ODOO_CANNOT_FAIL],
])('the connector of %s with one fault', (_name, conformance, start, faults, cannotFail) => {
  const clauses = clausesFor(conformance).filter(({ name }) => !cannotFail.includes(name));
  let bench: Bench;
  beforeAll(async () => {
    bench = await start();
  });
  afterAll(() => bench.stop());
  beforeEach(() => bench.reset());

  it('exists for every clause', () => {
    expect(clauses.map(({ name }) => name).filter((name) => !faults[name])).toEqual([]);
  });

  it.each(clauses.map((one) => [one.name, one] as const))('fails the clause: %s', async (name, one) => {
    const fault = faults[name];
    if (!fault) throw new Error('there is no fault for this clause');
    const error = await thrown(one.check(withFault(bench, fault)));
    // The clause reports the fault; the connector did not merely crash.
    for (const kind of [TypeError, ReferenceError, RangeError, SyntaxError]) expect(error).not.toBeInstanceOf(kind);
  });
});
