/** The person at the keyboard. */
export interface Terminal {
  say(line: string): void;
  /** The answer, without the white space around it. */
  ask(question: string): Promise<string>;
}

/** A command that cannot be executed; its message explains why to the person at the keyboard. */
export class CommandError extends Error {}
