/** What the API documentation says about a webhook. */
export interface WebhookDocs {
  readonly summary: string;
  readonly description?: string;
  /** A body as the platform sends it. */
  readonly example?: Readonly<Record<string, unknown>>;
  /** What the part `:token` of the path is. */
  readonly token?: string;
  /** Parameters of the query that may be given. */
  readonly query?: readonly string[];
}

/**
 * An address at which a connector's platform sends webhooks. Plain data: `intake` makes the route of it. A path with `:token` carries a
 * secret in place of a signature; the connector's `verify` receives it as `request.token`.
 */
export interface WebhookRoute {
  /** `GET` answers a platform that looks whether the address exists before it uses it; it takes nothing in. */
  readonly method: 'POST' | 'GET';
  /** All of them lead to the same; the first is the one to give to the platform. */
  readonly paths: readonly [string, ...string[]];
  /** A path segment: `order`, `stock`. Several accounts of a connector are addressed as `/webhooks/<connection>/<topic>`. */
  readonly topic: string;
  /** `subject.verb`, as log documents have it. */
  readonly logAction: string;
  readonly docs: WebhookDocs;
  /** A sender that is not proved gets 404 instead of 401, so that it does not learn that the address exists. */
  readonly hidden?: true;
  /** Bodies of every content type, or none, are taken as they are. Elsewhere only JSON is. */
  readonly anyContentType?: true;
}

/** The topics of routes, each once. */
export function topicsOf(routes: readonly WebhookRoute[]): readonly string[] {
  return [...new Set(routes.map(({ topic }) => topic))];
}
