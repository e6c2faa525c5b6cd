/** A connection must not be used now: its platform asked for silence, or it is paused. Nothing was asked of it. */
export class BlockedError extends Error {
  constructor(
    connection: string,
    readonly until: Date | 'paused',
  ) {
    super(until === 'paused' ? `${connection} is paused` : `${connection} asked to wait until ${until.toISOString()}`);
    this.name = new.target.name;
  }
}
