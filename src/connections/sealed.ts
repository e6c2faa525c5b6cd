import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type SealingKey } from '../config/sealing-key.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;

/** A secret as it is stored: all parts base64. */
export interface Sealed {
  readonly keyId: string;
  readonly nonce: string;
  readonly tag: string;
  readonly data: string;
}

/** The stored secret was sealed with an unknown key, or not for this place. */
export class SealError extends Error {
  /** @param missingKey the id of the key that sealed it; absent: the key is there, and does not open it */
  constructor(
    detail: string,
    readonly missingKey?: string,
  ) {
    super(detail);
    this.name = new.target.name;
  }
}

/** Seals a text with AES-256-GCM. It can be opened again only as the secret of the same `subject`. */
export function seal(text: string, subject: string, { id, key }: SealingKey): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(subject));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    keyId: id,
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
}

/** @throws SealError without its key, and for a text that was changed or belongs to another subject */
export function unseal(sealed: Sealed, subject: string, keys: readonly SealingKey[]): string {
  const known = keys.find(({ id }) => id === sealed.keyId);
  if (!known) throw new SealError(`sealed with the key ${sealed.keyId}, which is not given`, sealed.keyId);
  try {
    const decipher = createDecipheriv(ALGORITHM, known.key, Buffer.from(sealed.nonce, 'base64'));
    decipher.setAAD(Buffer.from(subject)).setAuthTag(Buffer.from(sealed.tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    throw new SealError(`the key ${sealed.keyId} does not open it: another key has this name now, or it was changed`);
  }
}
