const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID derived from two numbers. */
export function ulid(first: number, second: number): string {
  const digits = (value: number, length: number): string => {
    let rest = value;
    let text = '';
    for (let place = 0; place < length; place += 1) {
      text = (crockford[rest % 32] ?? '0') + text;
      rest = Math.floor(rest / 32);
    }
    return text;
  };
  return `01GQ2ZHK${digits(first, 8)}${digits(second, 10)}`;
}

/** `2022-11-15T19:36:59+0000`: whole seconds, as in orders. */
export const timeText = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+0000`;
