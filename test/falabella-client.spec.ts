import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { HttpModule } from '@nestjs/axios';
import { jest } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { OutboundService } from '../src/common/http/outbound.service.js';
import { LogSink, type LogEntry } from '../src/common/log-sink.js';
import { type FalabellaSettings } from '../src/connectors/falabella/settings.js';
import { DEFAULT_SELLING, type Connection } from '../src/connectors/contract.js';
import {
  FalabellaAnswerError,
  FalabellaApiError,
  FalabellaLimitError,
  FalabellaNotConfiguredError,
} from '../src/connectors/falabella/errors.js';
import { FalabellaClientOptions } from '../src/connectors/falabella/falabella.options.js';
import { FalabellaService } from '../src/connectors/falabella/falabella.service.js';
import { SellerCenter } from '../src/connectors/falabella/seller-center.service.js';
import { sign } from '../src/connectors/falabella/signature.js';

const API_KEY = 'the-api-key-of-the-user';
const ACCEPTED =
  '<SuccessResponse><Head><RequestId/></Head><Body><Stocks><feed>feed-1</feed></Stocks></Body></SuccessResponse>';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly parameters: Record<string, string>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

class CollectedLogs extends LogSink {
  readonly entries: LogEntry[] = [];
  write(entry: LogEntry): void {
    this.entries.push(entry);
  }
}

describe('a call to Seller Center', () => {
  let server: Server;
  let module: TestingModule;
  let api: FalabellaService;
  let logs: CollectedLogs;
  let base: string;
  let received: Received[];
  let answer: { status: number; text: string };

  const account = (change: Partial<FalabellaSettings> = {}): Connection<FalabellaSettings> => ({
    id: 'falabella-main',
    connector: 'falabella',
    publishing: 'live',
    installation: 'test',
    selling: DEFAULT_SELLING,
    warehouses: [],
    settings: {
      apiUrl: `${base}/seller-center`,
      userId: 'ana+api@example.com',
      apiKey: API_KEY,
      webhookSecret: null,
      webhookToken: null,
      sellerId: 'SC123',
      userAgent: { form: 'three' },
      pushIntervalMs: 0,
      ordersVersion: '2.0',
      orderName: 'number',
      ordersOverlapMs: 0,
      warehouseIds: 'facility',
      feeds: { burst: 50, intervalMs: 120_000, renews: 'daily', urgentAt: 5 },
      ...change,
    },
  });

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', base);
        received.push({
          method: request.method ?? '',
          path: url.pathname,
          parameters: Object.fromEntries(url.searchParams),
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
        response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.text);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    logs = new CollectedLogs();
    module = await Test.createTestingModule({
      imports: [HttpModule],
      providers: [
        OutboundService,
        { provide: LogSink, useValue: logs },
        FalabellaClientOptions,
        SellerCenter,
        FalabellaService,
      ],
    }).compile();
    api = module.get(FalabellaService);
  });

  afterAll(async () => {
    await module.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  beforeEach(() => {
    received = [];
    logs.entries.length = 0;
    answer = { status: 200, text: ACCEPTED };
  });

  it('carries a signature over all of its parameters, the documented headers, and the stock as XML', async () => {
    expect(await api.updateStock([{ sku: 'Sofá & mesa', quantity: 3 }], account())).toBe('feed-1');
    const [call] = received;
    const { Signature: signature, ...signed } = call?.parameters ?? {};
    expect(call).toMatchObject({ method: 'POST', path: '/seller-center/' });
    expect(signed).toMatchObject({
      Action: 'UpdateStock',
      Format: 'XML',
      Version: '1.0',
      UserID: 'ana+api@example.com',
    });
    expect(signed['Timestamp']).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+00:00$/);
    expect(signature).toBe(sign(signed, API_KEY));
    expect(call?.headers['user-agent']).toBe(`SC123/Node/${process.versions.node}`);
    expect(call?.headers['content-type']).toBe('application/xml; charset=utf-8');
    expect(call?.body).toContain('<SellerSku>Sofá &amp; mesa</SellerSku><Quantity>3</Quantity>');
  });

  it('names the kind of integration and the business unit in the longer User-Agent', async () => {
    await api.updateStock([{ sku: 'A', quantity: 3 }], account({ userAgent: { form: 'five', businessUnit: 'FACO' } }));
    await api.updateStock([{ sku: 'A', quantity: 3 }], account({ sellerId: 'Ñandú / S.A.\n' }));
    expect(received.map((call) => call.headers['user-agent'])).toEqual([
      `SC123/Node/${process.versions.node}/PROPIA/FACO`,
      `andS.A./Node/${process.versions.node}`,
    ]);
  });

  it('is signed again for each attempt', async () => {
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'clearTimeout', 'performance', 'queueMicrotask'],
      now: new Date('2026-05-01T10:00:00Z'),
    });
    try {
      await api.updateStock([{ sku: 'A', quantity: 3 }], account());
      jest.setSystemTime(new Date('2026-05-01T10:07:00Z'));
      await api.updateStock([{ sku: 'A', quantity: 3 }], account());
    } finally {
      jest.useRealTimers();
    }
    expect(received.map((call) => call.parameters['Timestamp'])).toEqual([
      '2026-05-01T10:00:00+00:00',
      '2026-05-01T10:07:00+00:00',
    ]);
    expect(new Set(received.map((call) => call.parameters['Signature'])).size).toBe(2);
  });

  it('is a GET without a body where it only reads, and always states its limit', async () => {
    answer = { status: 200, text: '<SuccessResponse><Head/><Body><Products/></Body></SuccessResponse>' };
    await api.getProducts({ offset: 200, limit: 100 }, account());
    expect(received).toMatchObject([
      { method: 'GET', body: '', parameters: { Action: 'GetProducts', Limit: '100', Offset: '200' } },
    ]);
  });

  it('writes one log with what was sent and its result, and no secret', async () => {
    await api.updateStock([{ sku: 'A', quantity: 3 }], account());
    expect(logs.entries).toMatchObject([
      {
        service: 'falabella',
        action: 'UpdateStock',
        status: 'success',
        connection: 'falabella-main',
        request: { items: 1, stock: [{ sku: 'A', quantity: 3 }] },
        response: { status: 200, feedId: 'feed-1' },
        productSkus: ['A'],
      },
    ]);
    const written = JSON.stringify(logs.entries);
    for (const secret of [API_KEY, received[0]?.parameters['Signature'] ?? '?', 'ana', 'Signature'])
      expect(written).not.toContain(secret);
  });

  it('shows at most a hundred items in the log, and names all SKUs', async () => {
    const items = Array.from({ length: 500 }, (_, index) => ({ sku: `S${index}`, quantity: index }));
    await api.updateStock(items, account());
    expect(logs.entries[0]).toMatchObject({ request: { items: 500, shown: 100 } });
    expect(logs.entries[0]?.request?.['stock']).toHaveLength(100);
    expect(logs.entries[0]?.productSkus).toHaveLength(500);
  });

  it.each([
    [
      'in the body',
      200,
      '<ErrorResponse><Head><ErrorCode>429</ErrorCode><ErrorMessage>E429: Too many</ErrorMessage></Head></ErrorResponse>',
    ],
    ['by the status, with another code', 429, '<ErrorResponse><Head><ErrorCode>5</ErrorCode></Head></ErrorResponse>'],
    ['by the status alone', 429, 'too many attempts to create feeds'],
  ])('is a rate-limit error when Falabella says so %s', async (_where, status, text) => {
    answer = { status, text };
    const feeds = { burst: 50, intervalMs: 7_000, renews: 'daily', urgentAt: 5 } as const;
    const limit = { ofFeeds: true, waitMs: 7_000 };
    await expect(api.updateStock([{ sku: 'A', quantity: 3 }], account({ feeds }))).rejects.toMatchObject(limit);
    await expect(
      api.updateStock([{ sku: 'A', quantity: 3 }], account({ feeds: { ...feeds, intervalMs: 0 } })),
    ).rejects.toMatchObject({
      ...limit,
      waitMs: 120_000,
    });
    await expect(api.feedStatus('f', account())).rejects.toThrow(FalabellaLimitError);
    await expect(api.feedStatus('f', account())).rejects.toMatchObject({ ofFeeds: false });
  });

  it('is an error in the log when Falabella refuses with HTTP 200, by its code alone', async () => {
    answer = {
      status: 200,
      text: '<ErrorResponse><Head><ErrorType>Sender</ErrorType><ErrorCode>7</ErrorCode><ErrorMessage>E007: Login failed for ana</ErrorMessage></Head></ErrorResponse>',
    };
    await expect(api.feedStatus('f', account())).rejects.toThrow(FalabellaApiError);
    expect(logs.entries).toMatchObject([
      { status: 'error', response: { status: 200, errorCode: 7, errorType: 'Sender' } },
    ]);
    expect(JSON.stringify(logs.entries)).not.toContain('ana');
  });

  it.each([
    ['a success without a feed', 200, '<SuccessResponse><Head/><Body/></SuccessResponse>'],
    ['a page', 200, '<!DOCTYPE html><html/>'],
    ['a success by its body and a failure by its status', 502, ACCEPTED],
  ])('is an error when the answer is %s', async (_what, status, text) => {
    answer = { status, text };
    await expect(api.updateStock([{ sku: 'A', quantity: 1 }], account())).rejects.toThrow(FalabellaAnswerError);
    expect(logs.entries).toMatchObject([{ status: 'error' }]);
  });

  it.each([{ apiKey: null }, { userId: null }])('is not made without a key or a user: %j', async (missing) => {
    await expect(api.feedList(account(missing))).rejects.toThrow(FalabellaNotConfiguredError);
    expect(received).toEqual([]);
  });

  it('works with a seller id that no header could carry', async () => {
    await api.updateStock([{ sku: 'A', quantity: 1 }], account({ sellerId: 'Señor/1\r\nx: y' }));
    expect(received[0]?.headers['user-agent']).toBe(`Seor1x:y/Node/${process.versions.node}`);
    expect(received[0]?.headers['x']).toBeUndefined();
  });
});
