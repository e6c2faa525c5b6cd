import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Dice } from './dice.js';

/** Values that a careless reader takes for a number, a text, a date, a list or an object. */
const VALUES: readonly unknown[] = [
  null,
  true,
  '',
  ' ',
  0,
  -1,
  0.5,
  1e308,
  -(2 ** 53),
  '9'.repeat(400),
  '1e5',
  '0x1F',
  'NaN',
  '-0',
  '２',
  '9999-99-99T99:99:99Z',
  '275760-09-14',
  '__proto__',
  'constructor',
  '\u0000\uD800',
  '<!--'.repeat(2_000),
  '&'.repeat(20_000),
  'x'.repeat(100_000),
  [],
  [null],
  [[[[]]]],
  {},
  { length: 1e9 },
  { toString: 1, valueOf: 'x' },
];

interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

type Spoil = (answer: Answer, dice: Dice) => Answer;

const spoilBody = (spoil: (body: string, dice: Dice) => string): Spoil => {
  return (answer, dice) => ({ ...answer, body: spoil(answer.body, dice) });
};
const withBody = (body: string): Spoil => spoilBody(() => body);
const withStatus =
  (status: number, headers: OutgoingHttpHeaders = {}): Spoil =>
  (answer) => ({ ...answer, status, headers: { ...answer.headers, ...headers } });

/** What may become of an answer on its way. One value of a true answer is spoiled most often. */
const SPOILS: readonly Spoil[] = [
  ...Array.from({ length: 24 }, () => spoilBody(spoilValue)),
  spoilBody((body, dice) => body.slice(0, dice.roll(body.length + 1))),
  spoilBody((body, dice) => spoilValue(spoilValue(spoilValue(body, dice), dice), dice)),
  spoilBody((body) => body.repeat(3)),
  spoilBody((body) => body.replaceAll(/\d/g, '9')),
  spoilBody((body) => body.toUpperCase()),
  withBody(''),
  withBody('null'),
  withBody('[]'),
  withBody('{}'),
  withBody('"x"'),
  withBody('['.repeat(100_000)),
  withBody(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
  withBody(`${'<a>'.repeat(20_000)}`),
  withBody(`<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>`),
  withBody(`<html>${'<!-- -'.repeat(5_000)}`),
  withBody(`<a>${'&#65;'.repeat(50_000)}</a>`),
  withStatus(204),
  withStatus(301, { location: 'http://127.0.0.1:9/elsewhere' }),
  withStatus(400),
  withStatus(401),
  withStatus(404),
  withStatus(418),
  withStatus(429, { 'retry-after': '99999999999' }),
  withStatus(429, { 'retry-after': '-1', 'x-rate-limit-reset': 'NaN', 'x-rate-limit-remaining': '1e9' }),
  withStatus(500),
  withStatus(503, { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }),
];

/** Stands before a simulated platform, and spoils what it answers. */
export class HostilePlatform {
  private constructor(
    private readonly server: Server,
    private readonly dice: Dice,
  ) {}

  static async before(platform: string, dice: Dice): Promise<HostilePlatform> {
    const server = createServer();
    const hostile = new HostilePlatform(server, dice);
    server.on('request', (request, response) => {
      hostile.answer(platform, request, response).catch(() => response.destroy());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return hostile;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(platform: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/', headers } = request;
    const honest = await fetch(`${platform}${url}`, {
      method,
      headers: without(headers, ['host', 'connection', 'content-length']) as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const kept = without(Object.fromEntries(honest.headers), [
      'content-length',
      'content-encoding',
      'transfer-encoding',
    ]);
    const spoil = SPOILS[this.dice.roll(SPOILS.length)] as Spoil;
    const {
      status,
      headers: sent,
      body,
    } = spoil({ status: honest.status, headers: kept, body: await honest.text() }, this.dice);
    response.writeHead(status, sent).end(status === 204 ? undefined : body);
  }
}

function without(headers: OutgoingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

/** A body with one of its values replaced. */
function spoilValue(body: string, dice: Dice): string {
  const value = VALUES[dice.roll(VALUES.length)];
  try {
    const parsed = JSON.parse(body) as unknown;
    const places = placesIn(parsed);
    const place = places[dice.roll(places.length)];
    if (!place) return JSON.stringify(value);
    place.holder[place.name] = value;
    return JSON.stringify(parsed);
  } catch {
    return spoilText(body, typeof value === 'string' ? value : JSON.stringify(value), dice);
  }
}

function placesIn(value: unknown): { holder: Record<string, unknown>; name: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])]);
}

/** Replaces the text of one element of XML. */
function spoilText(body: string, value: string, dice: Dice): string {
  const texts = [...body.matchAll(/>([^<>]*)</g)];
  const found = texts[dice.roll(texts.length)];
  if (!found) return value;
  return `${body.slice(0, found.index + 1)}${value}${body.slice(found.index + found[0].length - 1)}`;
}
