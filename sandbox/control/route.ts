/** The handler of a call of the control API; it returns the body of the answer. */
export type Handler = (
  input: Record<string, unknown>,
  parameters: Record<string, string>,
  query: URLSearchParams,
) => unknown;

/** Adds a call to the control API. */
export type Route = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, handler: Handler) => void;
