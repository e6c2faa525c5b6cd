import { createHash } from 'node:crypto';
import { isRepetitive } from './weak-secrets.js';

/** A key of the HTTP API, kept only as a hash. Its name goes into logs and movements. */
export interface ApiKey {
  readonly name: string;
  readonly sha256: Buffer;
  readonly readOnly: boolean;
}

const FORM = /^([A-Za-z0-9_.-]{1,40}):([^:,\s]{16,200})(?::(read|write))?$/;

/**
 * Reads `name:key,name:key:read`.
 * @throws Error whose message completes "API_KEYS must be ..."
 */
export function parseApiKeys(text: string): ApiKey[] {
  if (text === '') return [];
  const keys = text.split(',').map((part): ApiKey => {
    const match = FORM.exec(part.trim());
    if (!match?.[1] || !match[2])
      throw new Error(
        'name:key or name:key:read, separated by commas, each key of 16 characters or more without spaces, colons or commas',
      );
    return { name: match[1], sha256: hashKey(match[2]), readOnly: match[3] === 'read' };
  });
  if (new Set(keys.map((key) => key.name)).size < keys.length)
    throw new Error('a list in which every name stands once');
  return keys;
}

/** The names of the keys that repeat a few characters. */
export function weakApiKeys(text: string): string[] {
  return text.split(',').flatMap((part) => {
    const [, name, key] = FORM.exec(part.trim()) ?? [];
    return name !== undefined && key !== undefined && isRepetitive(key) ? [name] : [];
  });
}

export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
