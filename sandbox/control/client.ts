/** Shared by the commands: calls to a running sandbox, and output for the user. */

/** An error that the user can fix: a wrong command, or no running sandbox. */
export class PlayError extends Error {}

export type Say = (line: string) => void;

/** The app's address, shown at the end of each play. */
export const appUrl = (): string =>
  (process.env.APP_URL ?? 'http://localhost:3000').replace('//127.0.0.1:', '//localhost:').replace(/\/+$/, '');

export function whole(text: string, what: string): number {
  if (!/^\d+$/.test(text)) throw new PlayError(`${what} must be a whole number, not ${text}`);
  return Number(text);
}

/** One call of the control API. Throws PlayError when it is refused or no sandbox answers. */
export async function call<T>(base: string, method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${base}/_sandbox${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    });
  } catch {
    throw new PlayError(
      `no sandbox answers at ${base}; npm start brings one up, and SANDBOX_URL says where another one is`,
    );
  }
  const answer = (await response.json()) as T & { error?: string };
  if (!response.ok) throw new PlayError(answer.error ?? `the sandbox answered ${response.status}`);
  return answer;
}
