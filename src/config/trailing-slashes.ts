/** An address, or its path, without slashes at its end. */
export function withoutTrailingSlashes(address: string): string {
  // Without the lookbehind, each slash of a long run in the middle would be tried as the beginning of the end.
  return address.replace(/(?<!\/)\/+$/, '');
}
