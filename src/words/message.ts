/** A value in a text. A message inside a message is shown in the reader's language, too. */
export type MessageParam = string | number | Message;

/** What to say, apart from the language: the code of a text, and the values that stand in it. This is what is stored. */
export interface Message<Code extends string = string> {
  readonly code: Code;
  readonly params?: Readonly<Record<string, MessageParam>> | undefined;
}

export function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}
