import { XMLParser } from 'fast-xml-parser';
import { percentEncode, sign } from '../falabella/signature.js';
import { type Sandbox } from '../server.js';

export interface Answered<T = unknown> {
  status: number;
  type: string;
  body: T;
}

async function answered<T>(response: Response): Promise<Answered<T>> {
  const type = response.headers.get('content-type') ?? '';
  const text = await response.text();
  return { status: response.status, type, body: (type.includes('json') && text !== '' ? JSON.parse(text) : text) as T };
}

/** A JSON-2 call; with the right key unless another is given. */
export async function odoo<T = unknown>(
  sandbox: Sandbox,
  name: string,
  args: unknown = {},
  headers: Record<string, string> = {},
): Promise<Answered<T>> {
  const at = name.lastIndexOf('.');
  const response = await fetch(`${sandbox.url}/odoo/json/2/${name.slice(0, at)}/${name.slice(at + 1)}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer sandbox-odoo-key', ...headers },
    body: typeof args === 'string' ? args : JSON.stringify(args),
  });
  return answered<T>(response);
}

/** The bare result of a call that must succeed. */
export async function odooResult<T>(sandbox: Sandbox, name: string, args: unknown = {}): Promise<T> {
  const { status, body } = await odoo<T>(sandbox, name, args);
  if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
  return body;
}

export async function rpc<T = unknown>(
  sandbox: Sandbox,
  service: string,
  method: string,
  args: unknown[],
): Promise<Answered<T>> {
  const response = await fetch(`${sandbox.url}/odoo/jsonrpc`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 7, params: { service, method, args } }),
  });
  return answered<T>(response);
}

export interface FalabellaCall {
  parameters?: Record<string, string>;
  body?: string;
  apiKey?: string;
  /** Replaces parameters after signing; an empty text removes one. */
  tamper?: Record<string, string>;
}

/** A signed call of the Seller Center; the answer as text, or parsed if it is JSON. */
export async function falabella<T = unknown>(
  sandbox: Sandbox,
  action: string,
  call: FalabellaCall = {},
): Promise<Answered<T>> {
  const parameters = new Map(
    Object.entries({
      Action: action,
      Timestamp: `${new Date().toISOString().slice(0, 19)}+00:00`,
      UserID: 'sandbox@example.com',
      Version: '1.0',
      Format: 'JSON',
      ...call.parameters,
    }),
  );
  parameters.set('Signature', sign(parameters, call.apiKey ?? 'sandbox-falabella-key'));
  for (const [name, value] of Object.entries(call.tamper ?? {})) {
    if (value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  const query = [...parameters].map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
  const response = await fetch(`${sandbox.url}/falabella/?${query}`, {
    method: call.body === undefined ? 'GET' : 'POST',
    ...(call.body === undefined ? {} : { body: call.body, headers: { 'Content-Type': 'application/xml' } }),
  });
  return answered<T>(response);
}

interface Success<T> {
  SuccessResponse?: { Head: Record<string, string>; Body: T };
  ErrorResponse?: { Head: { ErrorCode: string; ErrorMessage: string; ErrorType: string; RequestAction: string } };
}

/** The body of a JSON answer that must be a success. */
export async function falabellaBody<T>(sandbox: Sandbox, action: string, call: FalabellaCall = {}): Promise<T> {
  const { body } = await falabella<Success<T>>(sandbox, action, call);
  if (!body.SuccessResponse) throw new Error(JSON.stringify(body));
  return body.SuccessResponse.Body;
}

/** The code of a JSON answer that must be an error; null for a success. */
export async function falabellaError(
  sandbox: Sandbox,
  action: string,
  call: FalabellaCall = {},
): Promise<string | null> {
  const { body } = await falabella<Success<unknown>>(sandbox, action, call);
  return body.ErrorResponse?.Head.ErrorCode ?? null;
}

export function stockXml(lines: ReadonlyArray<{ sku: string; quantity: number | string; extra?: string }>): string {
  const stocks = lines.map(
    ({ sku, quantity, extra }) =>
      `<Stock><SellerSku>${sku.replaceAll('&', '&amp;')}</SellerSku><Quantity>${quantity}</Quantity>${extra ?? ''}</Stock>`,
  );
  return `<?xml version="1.0"?><Request><Warehouse>${stocks.join('')}</Warehouse></Request>`;
}

/** Sends one UpdateStock and returns the feed's id. */
export async function pushStock(
  sandbox: Sandbox,
  lines: ReadonlyArray<{ sku: string; quantity: number | string; extra?: string }>,
): Promise<string> {
  const body = await falabellaBody<{ Stocks: { feed: string } }>(sandbox, 'UpdateStock', { body: stockXml(lines) });
  return body.Stocks.feed;
}

/** The control API. */
export async function control<T = unknown>(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answered<T>> {
  const response = await fetch(`${sandbox.url}/_sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answered<T>(response);
}

export const parseXmlAnswer = (text: string): unknown => new XMLParser({ parseTagValue: false }).parse(text);
