/** BSON documents that are read without being decoded: the elements of the top level as slices of the bytes. */
import { deserialize, onDemand, serialize } from 'bson';
import { ProtocolError } from './frames.mjs';

const TYPE = { double: 1, string: 2, object: 3, array: 4, binary: 5, bool: 8, int32: 16, int64: 18 };
const EMPTY = Buffer.from(serialize({}));

/** Numbers keep their BSON type, so that an int64 stays one. */
const UNPROMOTED = { promoteValues: false };

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {number} type
 * @property {number} start  of the element (its type byte)
 * @property {number} value  start of its value
 * @property {number} end
 */

/** One document and an index of its top-level fields. */
export class RawDocument {
  /** @type {Map<string, Field>} */
  #fields = new Map();

  /**
   * @param {Buffer} bytes  exactly one document
   * @throws {ProtocolError} not a document
   */
  constructor(bytes) {
    this.bytes = bytes;
    try {
      for (const [type, nameOffset, nameLength, offset, length] of onDemand.parseToElements(bytes)) {
        const name = bytes.toString('utf8', nameOffset, nameOffset + nameLength);
        this.#fields.set(name, { name, type, start: nameOffset - 1, value: offset, end: offset + length });
      }
    } catch (error) {
      throw new ProtocolError(`not a BSON document: ${/** @type {Error} */ (error).message}`);
    }
  }

  /** The first field's name: the command. */
  firstName() {
    return this.#fields.keys().next().value ?? '';
  }

  /** @param {string} name */
  has(name) {
    return this.#fields.has(name);
  }

  /** @param {string} name @returns {string | undefined} undefined as well when it is no string */
  string(name) {
    const field = this.#fields.get(name);
    return field?.type === TYPE.string ? this.bytes.toString('utf8', field.value + 4, field.end - 1) : undefined;
  }

  /** @param {string} name @returns {number | undefined} of an int32, an int64 (as a double) or a double */
  number(name) {
    const field = this.#fields.get(name);
    if (field?.type === TYPE.int32) return this.bytes.readInt32LE(field.value);
    if (field?.type === TYPE.double) return this.bytes.readDoubleLE(field.value);
    return field?.type === TYPE.int64 ? Number(this.bytes.readBigInt64LE(field.value)) : undefined;
  }

  /** @param {string} name @returns {bigint | undefined} of any integer field, exactly */
  bigint(name) {
    const field = this.#fields.get(name);
    if (field?.type === TYPE.int64) return this.bytes.readBigInt64LE(field.value);
    const number = this.number(name);
    return Number.isInteger(number) ? BigInt(/** @type {number} */ (number)) : undefined;
  }

  /** @param {string} name @returns {boolean} true, or a number other than 0 */
  flag(name) {
    const field = this.#fields.get(name);
    return field?.type === TYPE.bool ? this.bytes[field.value] === 1 : Boolean(this.number(name));
  }

  /** @param {string} name @returns {RawDocument | undefined} a document or array below */
  document(name) {
    const field = this.#fields.get(name);
    return field?.type === TYPE.object || field?.type === TYPE.array
      ? new RawDocument(this.bytes.subarray(field.value, field.end))
      : undefined;
  }

  /** @param {string} name @returns {Buffer | undefined} the payload of a binary field */
  binary(name) {
    const field = this.#fields.get(name);
    return field?.type === TYPE.binary ? this.bytes.subarray(field.value + 5, field.end) : undefined;
  }

  /** @returns {IterableIterator<Field>} */
  fields() {
    return this.#fields.values();
  }

  /** @param {(name: string) => boolean} isKept @returns {Buffer} a document of the fields that are kept, bytes unchanged */
  keep(isKept) {
    const slices = [];
    for (const field of this.#fields.values())
      if (isKept(field.name)) slices.push(this.bytes.subarray(field.start, field.end));
    return documentOf(slices);
  }

  /** Fully decoded, numbers kept in their BSON types. */
  decoded() {
    return deserialize(this.bytes, UNPROMOTED);
  }

  /** Fully decoded to plain JavaScript values. */
  plain() {
    return deserialize(this.bytes);
  }
}

/** @param {Buffer[]} elements  each: type byte, name, value @returns {Buffer} */
export function documentOf(elements) {
  if (elements.length === 0) return EMPTY;
  const length = elements.reduce((sum, element) => sum + element.length, 5);
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeInt32LE(length, 0);
  let at = 4;
  for (const element of elements) at += element.copy(bytes, at);
  bytes[at] = 0;
  return bytes;
}

/** @param {string} name @param {Buffer} document @param {'object' | 'array'} kind @returns {Buffer} an element that holds it */
export function elementOf(name, document, kind) {
  return Buffer.concat([Buffer.from([TYPE[kind]]), Buffer.from(`${name}\0`), document]);
}

/** @param {Record<string, unknown>} value @returns {Buffer} */
export function encode(value) {
  const bytes = serialize(value);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * @param {Buffer} bytes  documents one after the other
 * @returns {Generator<Buffer>}
 * @throws {ProtocolError} a length that does not fit
 */
export function* documentsIn(bytes) {
  for (let at = 0; at < bytes.length;) {
    const end = documentEnd(bytes, at);
    yield bytes.subarray(at, end);
    at = end;
  }
}

/** Makes sure that the lengths fit, before the bytes go on. @param {Buffer} bytes  documents one after the other @throws {ProtocolError} */
export function checkSequence(bytes) {
  for (let at = 0; at < bytes.length;) at = documentEnd(bytes, at);
}

/** @param {Buffer} bytes @param {number} at  start of a document */
function documentEnd(bytes, at) {
  const length = bytes.length - at >= 5 ? bytes.readInt32LE(at) : -1;
  if (length < 5 || at + length > bytes.length) throw new ProtocolError('a document sequence is cut off');
  return at + length;
}
