/** The limits of a logged body. */
export interface Bounds {
  /** Levels of nesting. */
  readonly depth: number;
  /** Entries of an array, and keys of an object. */
  readonly entries: number;
  /** Characters of a text. */
  readonly characters: number;
  /** Approximate bytes of the whole. */
  readonly bytes: number;
}

export const LOG_BOUNDS: Bounds = { depth: 6, entries: 50, characters: 500, bytes: 4096 };

/** A bounded body and its approximate size in bytes. */
export interface Redacted {
  readonly body: Record<string, unknown>;
  readonly bytes: number;
}

const LEFT_OUT = '[left out]';
const CUT = '[cut]';
const MAX_KEY = 80;

/** Matches anywhere in a key, in any spelling. */
const SECRET_PARTS =
  /auth|passw|passphrase|pwd|secret|token|apikey|accesskey|privatekey|signature|credential|cookie|session|email|phone|mobile|birth|iban|creditcard|cardnumber/;
/** Matches a whole word of a key. */
const PERSONAL_WORDS = new Set(
  'name names firstname lastname fullname surname username nickname address addresses street city zip postcode postal document documents rut dni cpf cnpj cuit passport mail tel fax whatsapp customer buyer recipient receiver contact login user cvv pin'.split(
    ' ',
  ),
);
const MAIL_ADDRESS = /[^\s@]{1,80}@[^\s@]{1,255}/g;

/**
 * A copy of a body that is small enough to store. Values under keys that name a secret or a person are
 * left out, and so are mail addresses within texts. This is the second line of defence: an allow-list
 * where the body is made decides what enters it at all.
 */
export function redact(body: Readonly<Record<string, unknown>>, bounds: Bounds = LOG_BOUNDS): Redacted {
  const copier = new Copier(bounds);
  const copy = copier.object(body, bounds.depth);
  return { body: copy, bytes: bounds.bytes - copier.left };
}

/** Whether a value under this key must not be stored. */
export function isPrivateKey(key: string): boolean {
  if (SECRET_PARTS.test(key.replace(/[^A-Za-z0-9]/g, '').toLowerCase())) return true;
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return words.split(/[^A-Za-z]+/).some((word) => PERSONAL_WORDS.has(word.toLowerCase()));
}

const knownKeys = new Map<string, boolean>();
const MAX_KNOWN_KEYS = 2000;

/** Caches the answer, as the same few keys recur. The cache is bounded because strangers choose some of the keys. */
function isPrivate(key: string): boolean {
  const known = knownKeys.get(key);
  if (known !== undefined) return known;
  const answer = isPrivateKey(key);
  if (key.length <= MAX_KEY && knownKeys.size < MAX_KNOWN_KEYS) knownKeys.set(key, answer);
  return answer;
}

class Copier {
  /** The bytes that remain. */
  left: number;

  constructor(private readonly bounds: Bounds) {
    this.left = bounds.bytes;
  }

  object(source: object, depth: number): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    let entries = 0;
    for (const [key, value] of Object.entries(source)) {
      if (value === undefined || typeof value === 'function') continue;
      const name = storableKey(key);
      if (entries++ >= this.bounds.entries || !this.spend(name.length + 4)) {
        copy['[more]'] = CUT;
        break;
      }
      copy[name] = isPrivate(key) ? this.text(LEFT_OUT) : this.value(value, depth - 1);
    }
    return copy;
  }

  private value(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
      case 'boolean':
        return this.spend(8) ? value : CUT;
      case 'bigint':
        return this.text(value.toString());
      case 'object':
        return this.composite(value, depth);
      case 'undefined':
      case 'function':
      case 'symbol':
        return null;
    }
  }

  private composite(value: object | null, depth: number): unknown {
    if (value === null) return null;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : this.text(value.toISOString());
    if (value instanceof Uint8Array) return this.text(`[${value.byteLength} bytes]`);
    if (value instanceof Error) return this.text(value.message);
    if (depth <= 0 || this.left <= 0) return CUT;
    return Array.isArray(value) ? this.array(value, depth) : this.object(value, depth);
  }

  private array(source: readonly unknown[], depth: number): unknown[] {
    const copy: unknown[] = [];
    for (const item of source) {
      if (copy.length >= this.bounds.entries || !this.spend(4)) {
        copy.push(`[${source.length - copy.length} more]`);
        break;
      }
      copy.push(this.value(item, depth - 1));
    }
    return copy;
  }

  private text(value: string): string {
    let text = value.length > this.bounds.characters ? `${value.slice(0, this.bounds.characters)}…` : value;
    if (text.includes('@')) text = text.replace(MAIL_ADDRESS, LEFT_OUT);
    return this.spend(Buffer.byteLength(text)) ? text : CUT;
  }

  private spend(bytes: number): boolean {
    if (bytes > this.left) {
      this.left = Math.min(this.left, 0);
      return false;
    }
    this.left -= bytes;
    return true;
  }
}

/**
 * A key that every database accepts: no dots, no dollar signs, no NUL, nothing that reaches a prototype;
 * and no mail address.
 */
function storableKey(key: string): string {
  if (/^[A-Za-z][A-Za-z0-9_]{0,79}$/.test(key)) return key;

  const name = key
    .replace(MAIL_ADDRESS, LEFT_OUT)
    .replace(/[.$\u0000]/g, '_')
    .slice(0, MAX_KEY);
  return name === '__proto__' ? 'proto' : name;
}
