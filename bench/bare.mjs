/** The baseline: a bare Fastify handler that only does `bull.add` and answers once Redis has the job. */
import Queue from 'bull';
import Fastify from 'fastify';

const queue = new Queue('bare', process.env.REDIS_URL, {
  prefix: `bench-bare-${process.pid}`,
  defaultJobOptions: { removeOnComplete: true },
});
const server = Fastify();
server.post('/', async (request) => {
  await queue.add(request.body);
  return { status: 'accepted' };
});
await queue.isReady();
const address = await server.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${address}\n`);
process.on('SIGTERM', () => {
  void queue
    .obliterate({ force: true })
    .catch(() => undefined)
    .then(() => process.exit(0));
});
