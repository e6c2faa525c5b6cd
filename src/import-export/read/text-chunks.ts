import { type Hash } from 'node:crypto';
import { FileTooLargeError, UnreadableFileError } from './errors.js';

const NOT_UTF8 = 'must be UTF-8 text (in Excel: save as "CSV UTF-8")';

/**
 * The body in chunks of text, without its byte order mark. The bytes are counted, and hashed to recognise
 * the same body again.
 * @throws FileTooLargeError, UnreadableFileError for bytes that are not UTF-8
 */
export async function* textChunks(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  hash: Hash,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new FileTooLargeError('problems.body-too-large.megabytes', maxBytes / 1024 / 1024);
    hash.update(chunk);
    const text = decoded(() => decoder.decode(chunk, { stream: true }));
    if (text !== '') yield text;
  }
  const rest = decoded(() => decoder.decode());
  if (rest !== '') yield rest;
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw new UnreadableFileError(0, NOT_UTF8);
  }
}
