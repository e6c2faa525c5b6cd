/** The message of anything that was thrown. A thrown value that is no `Error` has no message. */
export function errorText(error: unknown, otherwise = 'unknown error'): string {
  return error instanceof Error ? error.message : otherwise;
}
