/** The person at the keyboard. */
export interface Terminal {
  say(line: string): void;
  /** What was typed, without the white space around it. */
  ask(question: string): Promise<string>;
}

/** A command that cannot be carried out; its message says why to the person at the keyboard. */
export class CommandError extends Error {}
