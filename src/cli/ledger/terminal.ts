import { Progress } from './progress.js';

/** Results go to the one stream, how far it is to the other. */
export class Terminal {
  private readonly line: Progress;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly err: NodeJS.WriteStream,
  ) {
    this.line = new Progress(err);
    // Whoever reads may have read enough.
    for (const stream of [out, err]) stream.on('error', () => undefined);
  }

  /** A line of the result. */
  say(text: string): void {
    this.line.clear();
    this.out.write(`${text}\n`);
  }

  /** A line for the person who waits. */
  tell(text: string): void {
    this.line.clear();
    this.err.write(`${text}\n`);
  }

  /** How far it is; not every one is shown. */
  progress(text: () => string): void {
    this.line.show(text);
  }
}
