const EVERY_MS = { terminal: 200, plain: 5_000 } as const;

/** One line that says how far it is, on a stream beside the results: drawn anew on a terminal, now and then written elsewhere. */
export class Progress {
  private shownAt = Date.now();
  private isDrawn = false;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** Shows `text` unless something was shown a moment ago. */
  show(text: () => string): void {
    const live = this.stream.isTTY;
    const now = Date.now();
    if (now - this.shownAt < (live ? EVERY_MS.terminal : EVERY_MS.plain)) return;
    this.shownAt = now;
    this.isDrawn = live;
    this.stream.write(live ? `\r\u001b[2K${text()}` : `${text()}\n`);
  }

  /** Makes room for other lines. */
  clear(): void {
    if (this.isDrawn) this.stream.write('\r\u001b[2K');
    this.isDrawn = false;
  }
}
