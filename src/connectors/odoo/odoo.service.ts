import { Injectable } from '@nestjs/common';
import { MAX_LIST_BYTES, OutboundService } from '../../common/http/outbound.service.js';
import { type OdooSettings } from './settings.js';
import { type Connection } from '../contract.js';
import { rowsOf, type FieldName } from './interfaces/rows.js';
import { OdooCredentialsError, OdooSetupError, OdooUnavailableError } from './errors.js';
import { requestDigest, responseDigest } from './transport/call-digest.js';
import { json2Request, readJson2 } from './transport/json2.js';
import { authenticateRequest, jsonRpcRequest, type Login, readJsonRpc } from './transport/json-rpc.js';
import { type OdooArguments, type Outcome, type WireRequest } from './transport/transport.js';

/** The methods that answer with rows. */
const LISTS = new Set(['search_read', 'read', 'formatted_read_group']);

export type OdooConnection = Connection<OdooSettings>;

/** The subject of a call, for its log. Default: the subject of the current work. */
export interface CallAbout {
  readonly productSkus?: readonly string[];
  readonly orderIds?: readonly string[];
}

/**
 * The API of Odoo 19: JSON-2 with an API key, else JSON-RPC with user and password. Each call is a
 * transaction of its own at Odoo, and is sent once: the caller decides what to do after an error.
 */
@Injectable()
export class OdooService {
  /** The user id of JSON-RPC calls, by connection and account. */
  private readonly users = new Map<string, Promise<number>>();

  constructor(private readonly outbound: OutboundService) {}

  /**
   * Calls `method` of `model` with named arguments and returns its result, which may be anything.
   * @throws OdooError by kind; NoAnswerError when no answer came, after which the effect may have happened
   * all the same; AnswerTooLargeError
   */
  async call(
    connection: OdooConnection,
    model: string,
    method: string,
    args: OdooArguments,
    about: CallAbout = {},
  ): Promise<unknown> {
    const { settings } = connection;
    const action = `${model}.${method}`;
    const logged = { request: requestDigest(model, method, args), ...about };
    if (settings.apiKey !== null) {
      const request = json2Request(settings, settings.apiKey, model, method, args);
      return this.exchange(connection, action, request, readJson2, logged);
    }
    const login = loginOf(settings, action);
    const uid = await this.userOf(connection, login);
    try {
      const request = jsonRpcRequest(settings, uid, login, model, method, args);
      return await this.exchange(connection, action, request, readJsonRpc, logged);
    } catch (error) {
      if (error instanceof OdooCredentialsError) this.users.delete(userKey(connection));
      throw error;
    }
  }

  /**
   * `search_read`: the rows that match `domain`, without archived ones unless the context says otherwise.
   * @throws as `call`
   */
  async searchRead<Row>(
    connection: OdooConnection,
    model: string,
    domain: readonly unknown[],
    fields: readonly (keyof Row & FieldName)[],
    more: {
      readonly context?: Readonly<Record<string, unknown>>;
      readonly about?: CallAbout;
      readonly order?: string;
      readonly limit?: number;
    } = {},
  ): Promise<readonly Row[]> {
    const { about, ...given } = more;
    const rows = await this.call(connection, model, 'search_read', { domain, fields, ...given }, about);
    return rowsOf<Row>(rows, ['id' as keyof Row & FieldName, ...fields], `${model}.search_read`);
  }

  /** The records of these ids. @throws as `call` */
  async read<Row>(
    connection: OdooConnection,
    model: string,
    ids: readonly number[],
    fields: readonly (keyof Row & FieldName)[],
    about?: CallAbout,
  ): Promise<readonly Row[]> {
    const rows = await this.call(connection, model, 'read', { ids, fields }, about);
    return rowsOf<Row>(rows, ['id' as keyof Row & FieldName, ...fields], `${model}.read`);
  }

  /** The records that match `domain` in groups of one field, each with its sum or count. @throws as `call` */
  async readGroups<Row>(
    connection: OdooConnection,
    model: string,
    domain: readonly unknown[],
    [by, aggregate]: readonly [keyof Row & FieldName, keyof Row & FieldName],
    more: { readonly having?: readonly unknown[] } = {},
  ): Promise<readonly Row[]> {
    const args = { domain, groupby: [by], aggregates: [aggregate], ...more };
    return rowsOf<Row>(
      await this.call(connection, model, 'formatted_read_group', args),
      [by, aggregate],
      `${model}.formatted_read_group`,
    );
  }

  /** How many records match `domain`. @throws as `call` */
  async count(connection: OdooConnection, model: string, domain: readonly unknown[]): Promise<number> {
    const count = await this.call(connection, model, 'search_count', { domain });
    if (typeof count !== 'number')
      throw new OdooUnavailableError('Odoo did not answer with a number', `${model}.search_count`);
    return count;
  }

  private userOf(connection: OdooConnection, login: Login): Promise<number> {
    const key = userKey(connection);
    const known = this.users.get(key);
    if (known) return known;
    const asked = this.authenticate(connection, login);
    this.users.set(key, asked);
    asked.catch(() => this.users.delete(key));
    return asked;
  }

  private async authenticate(connection: OdooConnection, login: Login): Promise<number> {
    const action = 'common.authenticate';
    const uid = await this.exchange(connection, action, authenticateRequest(connection.settings, login), readLogin, {
      request: {},
    });
    return uid as number;
  }

  private async exchange(
    connection: OdooConnection,
    action: string,
    wire: WireRequest,
    read: (answer: Parameters<typeof readJson2>[0], action: string) => Outcome,
    logged: CallAbout & { readonly request: Readonly<Record<string, unknown>> },
  ): Promise<unknown> {
    let outcome: Outcome | undefined;
    await this.outbound.send(
      {
        service: 'odoo',
        action,
        connection: connection.id,
        method: 'POST',
        timeoutMs: connection.settings.timeoutMs,
        ...(LISTS.has(action.split('.').at(-1) ?? '') && { maxBytes: MAX_LIST_BYTES }),
        ...wire,
        ...logged,
      },
      (answer) => {
        outcome = read(answer, action);
        if (outcome.ok) return { ok: true, response: responseDigest(outcome.result) };
        return { ok: false, response: { error: outcome.error.name, exception: outcome.error.exception } };
      },
    );
    if (outcome === undefined) throw new OdooUnavailableError('no answer was read', action);
    if (!outcome.ok) throw outcome.error;
    return outcome.result;
  }
}

/** `authenticate` answers `false`, with success, when user and password do not match. */
function readLogin(answer: Parameters<typeof readJsonRpc>[0], action: string): Outcome {
  const outcome = readJsonRpc(answer, action);
  if (!outcome.ok || typeof outcome.result === 'number') return outcome;
  return { ok: false, error: new OdooCredentialsError('Odoo does not accept the credentials', action) };
}

function loginOf(settings: OdooSettings, action: string): Login {
  if (settings.username === null || settings.password === null) {
    throw new OdooSetupError('neither an API key nor a user with a password is configured for Odoo', action);
  }
  return { username: settings.username, password: settings.password };
}

function userKey({ id, settings }: OdooConnection): string {
  return JSON.stringify([id, settings.url, settings.db, settings.username]);
}
