/** The sandbox was asked to call another machine. */
export class NotLoopback extends Error {}

/**
 * The URL, if its host is this machine. The sandbox calls no other, so that its data cannot reach a real
 * account. Throws NotLoopback otherwise.
 */
export function loopbackUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new NotLoopback('not an address');
  }
  if (url.protocol !== 'http:') throw new NotLoopback('the sandbox only calls http://');
  if (!/^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname))
    throw new NotLoopback(`the sandbox only calls loopback addresses, not ${url.hostname}`);
  return url;
}
