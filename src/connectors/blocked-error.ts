/** The connection must not be called now: its platform limits calls, or it is paused. No call was made. */
export class BlockedError extends Error {
  constructor(
    connection: string,
    readonly until: Date | 'paused',
  ) {
    super(until === 'paused' ? `${connection} is paused` : `${connection} asked to wait until ${until.toISOString()}`);
    this.name = new.target.name;
  }
}
