import { request } from 'node:http';
import { loopbackUrl } from './loopback.js';

/** The result of one post: the answer, or the reason why there is none. */
export interface PostResult {
  status: number | null;
  body: string;
  error: string | null;
}

/**
 * Posts text to a loopback address over a new connection. Never throws for the other side's errors;
 * `timeoutMs` bounds the whole call.
 */
export async function post(
  address: string,
  body: string,
  headers: Record<string, string>,
  timeoutMs: number,
  method: 'POST' | 'GET' = 'POST',
): Promise<PostResult> {
  const url = loopbackUrl(address);
  return new Promise((resolve) => {
    const failed = (error: Error): void =>
      resolve({ status: null, body: '', error: error.name === 'AbortError' ? 'timed out' : error.message });
    const call = request(
      url,
      {
        method,
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? null, body: Buffer.concat(chunks).toString('utf8'), error: null }),
        );
        response.on('error', failed);
      },
    );
    call.on('error', (error: NodeJS.ErrnoException) =>
      failed(error.name === 'TimeoutError' ? new Error('timed out') : error.code ? new Error(error.code) : error),
    );
    call.end(body);
  });
}
