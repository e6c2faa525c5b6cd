const EVERY_MS = { terminal: 200, plain: 5_000 } as const;

/** One line with the progress, on a separate stream: redrawn on a terminal, written now and then elsewhere. */
export class Progress {
  private shownAt = Date.now();
  private isDrawn = false;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** Shows `text` unless a text was shown a moment ago. */
  show(text: () => string): void {
    const live = this.stream.isTTY;
    const now = Date.now();
    if (now - this.shownAt < (live ? EVERY_MS.terminal : EVERY_MS.plain)) return;
    this.shownAt = now;
    this.isDrawn = live;
    this.stream.write(live ? `\r\u001b[2K${text()}` : `${text()}\n`);
  }

  /** Clears the line for other output. */
  clear(): void {
    if (this.isDrawn) this.stream.write('\r\u001b[2K');
    this.isDrawn = false;
  }
}
