/** What the database holds beside the engine's own tables. */

/**
 * Brings the database up to what the front process needs; harmless when it is there already.
 *
 * `front.numbered_writes` remembers the last numbered write of each session with its answer, written in the write's own
 * transaction: a client that sends a write again gets the first answer, whatever was killed in between.
 */
export const SCHEMA = `
create extension if not exists documentdb cascade;
create schema if not exists front;
create table if not exists front.numbered_writes (
  session bytea primary key,
  number bigint not null constraint write_was_done check (number >= 0),
  reply bytea not null,
  at timestamptz not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.5);
`;
