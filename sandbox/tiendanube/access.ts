import { type Request } from '../http/request.js';
import { envelope, TiendanubeError } from './errors.js';
import { type TiendanubeSettings } from './settings.js';
import { type Store } from './state.js';

export const versions = ['v1', '2025-03', 'unstable'] as const;

/** The token of a call; null when none is given in an accepted form. */
function tokenOf({ headers }: Request, { authHeader }: TiendanubeSettings): string | null {
  const historic = headers.authentication;
  const usual = headers.authorization;
  const read = (text: string | undefined, form: RegExp): string | null => form.exec(text ?? '')?.[1] ?? null;
  switch (authHeader) {
    case 'both':
      return read(historic, /^bearer\s+(\S+)$/i) ?? read(usual, /^bearer\s+(\S+)$/i);
    case 'authentication':
      return read(historic, /^bearer (\S+)$/);
    case 'authorization':
      return read(usual, /^Bearer (\S+)$/);
  }
}

/** Accepts a call of the API or throws. Checks the token, the User-Agent and the payment, in this order. */
export function checkAccess(request: Request, store: Store | undefined, settings: TiendanubeSettings): Store {
  const token = tokenOf(request, settings);
  if (token === null) throw envelope(401, 'Required access token is missing');
  if (store?.token !== token) throw envelope(401, 'Invalid access token');
  const agent = request.headers['user-agent'] ?? '';
  const named =
    settings.userAgent === 'any' ? agent.trim() !== '' : /^\S.*\((\S+@\S+|https?:\/\/\S+|\S+\.\S+)\)/.test(agent);
  if (!named) throw envelope(400, 'Missing or malformed User-Agent header: AppName (email or URL)');
  if (store.suspended) throw envelope(402, 'Payment Required');
  return store;
}

/** The body of a call that writes. Throws 415 for another type, and 400 for invalid JSON. */
export function readBody(request: Request, { contentType }: TiendanubeSettings): unknown {
  if (!['POST', 'PUT', 'PATCH'].includes(request.method)) return undefined;
  const type = (request.headers['content-type'] ?? '').toLowerCase();
  const fits =
    contentType === 'exact'
      ? /^application\/json; ?charset=utf-8$/.test(type)
      : /^application\/json\s*(;|$)/.test(type);
  if (!fits) throw envelope(415, 'Content-Type must be application/json; charset=utf-8');
  if (request.body.trim() === '') return {};
  return parseJson(request.body);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TiendanubeError(400, { error: 'Problems parsing JSON' });
  }
}
