/** One setting: what it means, its default, and how its text is checked. Names of other settings stand in braces, as in `{apiKey}`. */
export interface Setting<T> {
  readonly doc: string;
  readonly fallback: T;
  /** Returns the value, or throws an `Error` whose message completes "NAME must be ...". The message never repeats the value. */
  readonly parse: (text: string) => T;
  /** Its value is never shown. `sentTo` names the addresses that receive it; none: it only checks what arrives. */
  readonly secret?: { readonly sentTo: readonly string[] };
  /** Calls go there. In the sandbox it stays inside the sandbox. */
  readonly address?: true;
  /** The environment holds it once for all connections of its kind, such as the id of an app. */
  readonly shared?: true;
  /** What `.env.example` shows in place of the default; true: `your_` and its name. */
  readonly sample?: string | true;
}

/** Settings by name: small letters first, as in `apiKey`. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

export type ValuesOf<S extends Settings> = {
  readonly [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never;
};

export const text = (doc: string, fallback = ''): Setting<string> => ({ doc, fallback, parse: (value) => value });

export const secret = (doc: string, sentTo: readonly string[] = []): Setting<string> => ({
  ...text(doc),
  secret: { sentTo },
  sample: true,
});

export const shared = <T>(setting: Setting<T>): Setting<T> => ({ ...setting, shared: true });

/** An operator fills it in: the example shows a placeholder. */
export const sampled = <T>(setting: Setting<T>, sample: string | true = true): Setting<T> => ({ ...setting, sample });

export function whole(doc: string, fallback: number, min: number, max: number): Setting<number> {
  return {
    doc,
    fallback,
    parse: (value) => {
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < min || number > max) throw new Error(`a whole number from ${min} to ${max}`);
      return number;
    },
  };
}

export function oneOf<const T extends string>(doc: string, fallback: T, values: readonly T[]): Setting<T> {
  return {
    doc,
    fallback,
    parse: (value) => {
      const found = values.find((v) => v === value);
      if (found === undefined) throw new Error(`one of ${values.join(', ')}`);
      return found;
    },
  };
}

export function url(doc: string, fallback = '', protocols: readonly string[] = ['http:', 'https:']): Setting<string> {
  return {
    doc,
    fallback,
    parse: (value) => {
      if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol))
        throw new Error(`a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`);
      return value;
    },
  };
}

/** The address of a platform's API. A name in front of an `@` would only make it look like another one. */
export function address(doc: string, fallback = ''): Setting<string> {
  const anyUrl = url(doc, fallback);
  return {
    ...anyUrl,
    address: true,
    parse: (value) => {
      const { username, password } = new URL(anyUrl.parse(value));
      if (username !== '' || password !== '') throw new Error('a URL without a user name and a password');
      return value;
    },
  };
}

/** A text of one form. `form` completes "NAME must be ...". */
export function matching(doc: string, pattern: RegExp, form: string, fallback = ''): Setting<string> {
  return {
    doc,
    fallback,
    parse: (value) => {
      if (!pattern.test(value)) throw new Error(form);
      return value;
    },
  };
}
