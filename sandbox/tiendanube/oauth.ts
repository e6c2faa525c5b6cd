import { randomBytes } from 'node:crypto';
import { type Answer, html, json } from '../http/answer.js';
import { type Request } from '../http/request.js';
import { parseJson } from './access.js';
import { TiendanubeError } from './errors.js';
import { type TiendanubeSettings } from './settings.js';
import { type Store, type TiendanubeState } from './state.js';

/** A new code for a store, and the address to which its merchant returns. */
export function grant(
  state: TiendanubeState,
  settings: TiendanubeSettings,
  appUrl: string | null,
  store: Store,
  oauthState: string | null,
): { code: string; location: string } {
  const code = randomBytes(20).toString('hex');
  const now = Date.now();
  state.codes = [
    ...state.codes.filter((one) => one.expiresAt > now),
    { code, storeId: store.id, expiresAt: now + settings.codeLifeMs },
  ];
  const back = new URL(settings.redirectPath, appUrl ?? 'http://127.0.0.1:3000');
  back.searchParams.set('code', code);
  if (oauthState !== null) back.searchParams.set('state', oauthState);
  return { code, location: back.href };
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const redirect = (location: string): Answer => ({ status: 302, headers: { Location: location }, body: '' });

/**
 * The page on which a merchant consents. Here it also asks for the store; a store that consented before is
 * not asked again.
 */
export function consent(
  request: Request,
  appId: string,
  state: TiendanubeState,
  settings: TiendanubeSettings,
  appUrl: string | null,
): Answer {
  if (appId !== settings.clientId) return html(404, '<html><h1>404</h1><p>No such app</p></html>');
  const given = request.method === 'POST' ? new URLSearchParams(request.body) : request.query;
  const oauthState = given.get('state');
  const store = state.stores[given.get('store') ?? ''];
  if (store && (request.method === 'POST' || store.installed))
    return redirect(grant(state, settings, appUrl, store, oauthState).location);
  const forms = Object.values(state.stores).map(
    ({ id, name }) =>
      `<form method="post"><input type="hidden" name="store" value="${id}">` +
      (oauthState === null ? '' : `<input type="hidden" name="state" value="${escaped(oauthState)}">`) +
      `<button>${escaped(name)} (${id})</button></form>`,
  );
  return html(
    200,
    `<!doctype html><html lang="es"><title>Instalar</title><h1>¿En qué tienda?</h1>${forms.join('')}</html>`,
  );
}

function refused(settings: TiendanubeSettings, error: string, description: string): TiendanubeError {
  return new TiendanubeError(settings.tokenErrorStatus, { error, error_description: description });
}

/**
 * Exchanges a code for a token. The parameters must be in the JSON body; a code works once; a new token
 * ends the earlier one.
 */
export function exchange(request: Request, state: TiendanubeState, settings: TiendanubeSettings): Answer {
  if (!(request.headers['content-type'] ?? '').toLowerCase().startsWith('application/json'))
    throw refused(settings, 'invalid_request', 'The parameters must be sent as JSON in the body');
  const body = parseJson(request.body) as Record<string, unknown> | null;
  const { client_id: id, client_secret: secret, grant_type: type, code } = body ?? {};
  if (String(id) !== settings.clientId || secret !== settings.clientSecret)
    throw refused(settings, 'invalid_client', 'The client credentials are invalid');
  if (type !== 'authorization_code')
    throw refused(settings, 'unsupported_grant_type', 'The grant type is not supported');
  const known = state.codes.find((one) => one.code === code);
  const store = known && state.stores[known.storeId];
  state.codes = state.codes.filter((one) => one !== known);
  if (!store || known.expiresAt <= Date.now())
    throw refused(settings, 'invalid_grant', 'The authorization code does not exist or has expired');
  store.tokensGiven += 1;
  store.token = `sandbox-tiendanube-token-${store.id}-${store.tokensGiven + 1}`;
  store.installed = true;
  return json(200, {
    access_token: store.token,
    token_type: 'bearer',
    scope: settings.scopes.join(','),
    ...(settings.tokenStoreKey !== 'store_id' && { user_id: String(store.id) }),
    ...(settings.tokenStoreKey !== 'user_id' && { store_id: String(store.id) }),
  });
}
