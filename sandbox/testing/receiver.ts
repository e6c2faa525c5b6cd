import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Replaces the app: records requests and answers as configured. */
export class Receiver {
  readonly received: Received[] = [];
  /** Status of each next answer; 200 when used up. `null` never answers. */
  answers: Array<number | null> = [];
  private waiting: Array<() => void> = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        receiver.received.push({
          method: request.method ?? '',
          url: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
        const status = receiver.answers.length > 0 ? receiver.answers.shift() : 200;
        if (status !== null && status !== undefined)
          response.writeHead(status, { 'Content-Type': 'application/json' }).end('{"status":"accepted"}');
        for (const wake of receiver.waiting.splice(0)) wake();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  bodies<T>(): T[] {
    return this.received.map((one) => JSON.parse(one.body) as T);
  }

  /** Resolves once this many requests have arrived. */
  async count(wanted: number): Promise<void> {
    while (this.received.length < wanted) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  clear(): void {
    this.received.length = 0;
    this.answers = [];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
