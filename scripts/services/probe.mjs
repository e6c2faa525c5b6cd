/**
 * Checks that a service answers and is of the right kind. Both checks use the real protocol; the packages
 * are loaded only when needed.
 */

/**
 * @typedef {{ ok: true, pid?: number, setName?: string } | { ok: false, reason: string }} Answer
 */

/**
 * @param {string} url
 * @param {number} [timeoutMs]
 * @returns {Promise<Answer>} `pid`: the serving process, as it reports itself
 */
export async function pingRedis(url, timeoutMs = 1_000) {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let seen = '';
  redis.on('error', (error) => (seen = wordsOf(error)));
  const asked = (async () => {
    await redis.connect();
    await redis.ping();
    const pid = /^process_id:(\d+)/m.exec(await redis.info('server').catch(() => ''))?.[1];
    return { ok: true, pid: pid ? Number(pid) : undefined };
  })();
  // A server that is not a Redis may accept the connection and leave the client waiting without an error.
  let timer;
  const tooLate = new Promise(
    (_, reject) => (timer = setTimeout(() => reject(new Error('no answer in time')), 2 * timeoutMs)),
  );
  try {
    return await Promise.race([asked, tooLate]);
  } catch (error) {
    return { ok: false, reason: seen || wordsOf(error) };
  } finally {
    clearTimeout(timer);
    asked.catch(() => {});
    redis.disconnect();
  }
}

/**
 * @param {string} uri
 * @param {number} [timeoutMs]
 * @returns {Promise<Answer>} ok only when a member that takes writes was found
 */
export async function pingDatabase(uri, timeoutMs = 2_000) {
  const { default: mongoose } = await import('mongoose');
  let client;
  try {
    client = new mongoose.mongo.MongoClient(uri, {
      serverSelectionTimeoutMS: timeoutMs,
      connectTimeoutMS: timeoutMs,
      maxPoolSize: 1,
    });
    await client.connect();
    await client.db('admin').command({ ping: 1 });
    const hello = await client.db('admin').command({ hello: 1 });
    if (!hello.isWritablePrimary) return { ok: false, reason: 'it answers, but takes no writes (no primary yet)' };
    return { ok: true, setName: hello.setName };
  } catch (error) {
    return { ok: false, reason: wordsOf(error) };
  } finally {
    await client?.close().catch(() => {});
  }
}

/** A short text without the address, which may carry a password. */
function wordsOf(error) {
  const cause = error?.errors?.[0] ?? error?.cause ?? error;
  const text = cause?.code ? `${cause.code}` : String(cause?.message ?? cause);
  if (/ECONNREFUSED/.test(text)) return 'nothing listens there (connection refused)';
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return 'its host name is not known (DNS)';
  if (/ETIMEDOUT|timed out/i.test(text)) return 'no answer in time';
  return text.split('\n')[0].replace(/\/\/[^@/\s]*@/g, '//***@');
}
