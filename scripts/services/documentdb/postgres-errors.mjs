/** PostgreSQL did not come up. The message ends with the last lines of its log. */
export class PostgresStartError extends Error {
  /** @param {string} message @param {string} tail */
  constructor(message, tail) {
    super(tail ? `${message}\n${tail}` : message);
    this.name = new.target.name;
  }
}

/** There is no space left where the data lives. */
export class PostgresDiskFullError extends PostgresStartError {}
