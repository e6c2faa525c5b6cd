import { deserialize, Double, Int32, Long, serialize, UUID } from 'bson';
import fc from 'fast-check';
import { checkSequence, documentOf, documentsIn, elementOf, encode, RawDocument } from './document.mjs';
import { ProtocolError } from './frames.mjs';

const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !text.includes('\0') && text !== '__proto__');
const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.array(fc.integer()),
);
const document = fc.dictionary(name, value, { maxKeys: 8, noNullPrototype: true });

describe('RawDocument', () => {
  it('leaves fields out and keeps the others byte for byte', () => {
    fc.assert(
      fc.property(document, fc.func(fc.boolean()), (whole, isKept) => {
        const kept = Object.fromEntries(Object.entries(whole).filter(([key]) => isKept(key)));
        expect(new RawDocument(encode(whole)).keep(isKept)).toEqual(encode(kept));
      }),
    );
  });

  it('reads the values that control a command', () => {
    const session = new UUID();
    const raw = new RawDocument(
      encode({
        find: 'things',
        int: new Int32(7),
        long: Long.fromString('9007199254740993'),
        real: new Double(2.5),
        on: true,
        lsid: { id: session },
        list: [1],
      }),
    );
    expect(raw.firstName()).toBe('find');
    expect(raw.string('find')).toBe('things');
    expect(raw.string('int')).toBeUndefined();
    expect([raw.number('int'), raw.number('real'), raw.number('missing')]).toEqual([7, 2.5, undefined]);
    expect([raw.bigint('long'), raw.bigint('int'), raw.bigint('real')]).toEqual([9007199254740993n, 7n, undefined]);
    expect([raw.flag('on'), raw.flag('int'), raw.flag('missing')]).toEqual([true, true, false]);
    expect(raw.document('lsid')?.binary('id')?.toString('hex')).toBe(session.toString('hex').replaceAll('-', ''));
    expect(raw.document('list')?.number('0')).toBe(1);
  });

  it('keeps the type of each number', () => {
    const sent = { int: new Int32(1), long: Long.fromNumber(1), real: new Double(1) };
    expect(new RawDocument(encode(sent)).decoded()).toEqual(sent);
  });

  it('refuses garbage with a protocol error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 60 }), (bytes) => {
        const garbage = Buffer.from(bytes);
        garbage.writeInt32LE(garbage.length, 0);
        try {
          for (const field of new RawDocument(garbage).fields()) expect(field.end).toBeLessThan(garbage.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

describe('documentOf', () => {
  it('puts documents together as a serializer would', () => {
    fc.assert(
      fc.property(document, document, (first, second) => {
        const made = documentOf([elementOf('a', encode(first), 'object'), elementOf('b', encode(second), 'object')]);
        expect(made).toEqual(Buffer.from(serialize({ a: first, b: second })));
      }),
    );
  });

  it('makes an empty document of nothing', () => {
    expect(deserialize(documentOf([]))).toEqual({});
  });
});

describe('documentsIn', () => {
  it('refuses a document that is longer than its bytes', () => {
    const bytes = encode({ a: 1 });
    bytes.writeInt32LE(bytes.length + 1, 0);
    expect(() => [...documentsIn(bytes)]).toThrow(ProtocolError);
    expect(() => checkSequence(Buffer.concat([encode({ a: 1 }), Buffer.alloc(3)]))).toThrow(ProtocolError);
  });
});
