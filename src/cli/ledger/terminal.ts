import { Progress } from './progress.js';

/** Results go to one stream, progress to the other. */
export class Terminal {
  private readonly line: Progress;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly err: NodeJS.WriteStream,
  ) {
    this.line = new Progress(err);
    // The reader of the output may close it early.
    for (const stream of [out, err]) stream.on('error', () => undefined);
  }

  /** A line of the result. */
  say(text: string): void {
    this.line.clear();
    this.out.write(`${text}\n`);
  }

  /** A line about the progress. */
  tell(text: string): void {
    this.line.clear();
    this.err.write(`${text}\n`);
  }

  /** The progress; not every call is shown. */
  progress(text: () => string): void {
    this.line.show(text);
  }
}
