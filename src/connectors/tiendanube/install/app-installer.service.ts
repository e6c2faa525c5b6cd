import { Injectable } from '@nestjs/common';
import { parseAnswerJson } from '../../../common/http/answer-json.js';
import { OutboundService, type OutboundAnswer } from '../../../common/http/outbound.service.js';
import { type TiendanubeAppSettings, type TiendanubeSettings } from '../settings.js';
import {
  type AppInstaller,
  type AppStanding,
  type Connection,
  type ConsentReturn,
  type InstalledAccount,
  type WebhookRequest,
} from '../../contract.js';
import { TiendanubeAnswerError, TiendanubeApiError, TiendanubeNotInstalledError } from '../errors.js';
import { idOf, member, textOf } from '../json.js';
import { problemWords } from '../problem-words.js';
import { storeOf } from '../tiendanube.codec.js';
import { TiendanubeApi } from '../tiendanube-api.service.js';
import { TiendanubeClientOptions } from '../tiendanube.options.js';

const ACTION = 'app.token';
const PATIENCE_MS = 5_000;
const REFUSED = 401;
const UNPAID = 402;

type Account = Connection<TiendanubeSettings>;

/**
 * Installs the app in stores: the merchant consents and returns with a code that is valid for minutes, and
 * the code is exchanged for a token that does not expire. A new token ends the earlier one.
 */
@Injectable()
export class TiendanubeInstaller implements AppInstaller<TiendanubeSettings> {
  readonly accountSetting = 'storeId';

  constructor(
    private readonly outbound: OutboundService,
    private readonly api: TiendanubeApi,
    private readonly options: TiendanubeClientOptions,
  ) {}

  lacks({ clientId, clientSecret, userAgent }: TiendanubeAppSettings): readonly string[] {
    return [
      ...(clientId === null ? ['TIENDANUBE_CLIENT_ID: the id of your app, from the partner panel'] : []),
      ...(clientSecret === null ? ['TIENDANUBE_CLIENT_SECRET: the secret of your app, beside its id'] : []),
      ...(userAgent.endsWith('()')
        ? ['TIENDANUBE_CONTACT or PUBLIC_URL: Tiendanube refuses calls that do not say who calls']
        : []),
    ];
  }

  consentAddress({ authUrl, clientId }: TiendanubeAppSettings, state: string): string {
    const query = new URLSearchParams({ state });
    return `${authUrl}/apps/${encodeURIComponent(clientId ?? '')}/authorize?${query.toString()}`;
  }

  /** The code and the secret are in the body only, and neither is logged. */
  async exchange({ code }: ConsentReturn, app: TiendanubeAppSettings): Promise<InstalledAccount> {
    const { authUrl, clientId, clientSecret, userAgent } = app;
    const secrets = [code, clientSecret ?? code];
    const answer = await this.outbound.send(
      {
        service: 'tiendanube',
        action: ACTION,
        connection: 'tiendanube',
        method: 'POST',
        url: `${authUrl}/apps/authorize/token`,
        headers: {
          'user-agent': userAgent,
          accept: 'application/json',
          'content-type': 'application/json; charset=utf-8',
        },
        body: JSON.stringify({
          client_id: clientId,
          client_secret: clientSecret,
          grant_type: 'authorization_code',
          code,
        }),
        timeoutMs: this.options.timeoutMs,
      },
      (got) => {
        const installed = accountIn(got);
        if (installed) return { ok: true, response: { store: installed.account } };
        return { ok: false, response: { error: refusalOf(got, secrets).message } };
      },
    );
    const installed = accountIn(answer);
    if (!installed) throw refusalOf(answer, secrets);
    return installed;
  }

  accountOf({ rawBody }: WebhookRequest): string | null {
    return storeOf(rawBody);
  }

  async standing(account: Account): Promise<AppStanding> {
    try {
      await this.api.call(account, {
        action: 'store.read',
        path: 'store',
        query: { fields: 'id' },
        lane: 'ordinary',
        patienceMs: PATIENCE_MS,
        take: (body) => idOf(member(body, 'id')) || null,
        summarise: () => ({}),
      });
      return 'installed';
    } catch (error) {
      if (error instanceof TiendanubeNotInstalledError) return 'removed';
      const status =
        error instanceof TiendanubeApiError || error instanceof TiendanubeAnswerError ? error.httpStatus : null;
      if (status === REFUSED) return 'removed';
      if (status === UNPAID) return 'suspended';
      throw error;
    }
  }
}

/** Tokens name their store as `user_id`; some answers use `store_id`. */
function accountIn({ status, text }: OutboundAnswer): InstalledAccount | null {
  if (status < 200 || status >= 300) return null;
  const body = parseAnswerJson(text);
  const storeId = idOf(member(body, 'user_id')) || idOf(member(body, 'store_id'));
  const accessToken = textOf(member(body, 'access_token')).trim();
  return storeId === '' || accessToken === '' ? null : { account: storeId, texts: { storeId, accessToken } };
}

/** Tiendanube's message, without any secrets that it may repeat. */
function refusalOf({ status, text }: OutboundAnswer, secrets: readonly string[]): Error {
  const words = problemWords(parseAnswerJson(text));
  if (words === null || status < 400) return new TiendanubeAnswerError(ACTION, status, 'an answer without a token');
  const clean = secrets.reduce((left, secret) => left.replaceAll(secret, '[left out]'), words);
  return new TiendanubeApiError(ACTION, status, clean);
}
