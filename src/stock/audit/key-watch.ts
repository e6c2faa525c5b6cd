/** Keys kept in full. Beyond this number only bits are kept, which bounds the memory of a long chain. */
const KEPT = 50_000;
const BITS = 2 ** 27;
const HASHES = 3;

/**
 * Finds keys that occur twice in one chain, in bounded memory. In a very long chain it names suspects:
 * every repeated key, and by chance a few unique ones.
 */
export class KeyWatch {
  private readonly keys = new Set<string>();
  private bits: Uint32Array | null = null;

  /** @returns whether the key occurred, or may have occurred, before */
  seen(key: string): boolean {
    if (this.bits === null) {
      if (this.keys.has(key)) return true;
      this.keys.add(key);
      if (this.keys.size > KEPT) this.spill();
      return false;
    }
    return this.mark(this.bits, key);
  }

  private spill(): void {
    this.bits = new Uint32Array(BITS / 32);
    for (const key of this.keys) this.mark(this.bits, key);
    this.keys.clear();
  }

  private mark(bits: Uint32Array, key: string): boolean {
    let all = true;
    for (let i = 0; i < HASHES; i++) {
      const bit = hash(key, i) % BITS;
      const word = bit >>> 5;
      const mask = 1 << (bit & 31);
      const before = bits[word] ?? 0;
      if ((before & mask) === 0) all = false;
      bits[word] = before | mask;
    }
    return all;
  }
}

/** FNV-1a over the characters, with a final mix so that keys that differ only at the end spread as well. */
function hash(key: string, seed: number): number {
  let h = 0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1);
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
