/** The description of a webhook in the API documentation. */
export interface WebhookDocs {
  readonly summary: string;
  readonly description?: string;
  /** A body as the platform sends it. */
  readonly example?: Readonly<Record<string, unknown>>;
  /** The meaning of `:token` in the path. */
  readonly token?: string;
  /** Optional parameters of the query. */
  readonly query?: readonly string[];
}

/**
 * An address at which a connector's platform sends webhooks. Plain data: `intake` makes the route. A path
 * with `:token` carries a secret in place of a signature; the connector's `verify` receives it as
 * `request.token`.
 */
export interface WebhookRoute {
  /** `GET` answers a platform that checks whether the address exists; it accepts no content. */
  readonly method: 'POST' | 'GET';
  /** All are equivalent; the first is the one to register at the platform. */
  readonly paths: readonly [string, ...string[]];
  /** A path segment: `order`, `stock`. Several accounts of a connector are addressed as `/webhooks/<connection>/<topic>`. */
  readonly topic: string;
  /** `subject.verb`, as in log documents. */
  readonly logAction: string;
  readonly docs: WebhookDocs;
  /** An unverified sender receives 404 instead of 401, so that it does not learn that the address exists. */
  readonly hidden?: true;
}

export function topicsOf(routes: readonly WebhookRoute[]): readonly string[] {
  return [...new Set(routes.map(({ topic }) => topic))];
}
