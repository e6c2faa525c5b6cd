/** PostgreSQL did not start. The message ends with the last lines of its log. */
export class PostgresStartError extends Error {
  /** @param {string} message @param {string} tail */
  constructor(message, tail) {
    super(tail ? `${message}\n${tail}` : message);
    this.name = new.target.name;
  }
}

/** The disk of the data folder is full. */
export class PostgresDiskFullError extends PostgresStartError {}
