/** The tables of the database beside the engine's own. */

/**
 * Creates what the front process needs; has no effect when it exists.
 * `front.numbered_writes` keeps the last numbered write of each session with its answer, stored in the
 * write's own transaction: a client that repeats a write receives the first answer, whatever was killed in
 * between.
 *
 * The engine's two jobs that look for indexes to build each open a connection every two seconds, which takes a tenth of a core from whatever else
 * runs here. The front process has its indexes built itself, so one job that looks every half minute is enough: for what a killed client left.
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
select cron.alter_job(jobid, schedule := '30 seconds') from cron.job where command like '%build_index_concurrently(1)%';
select cron.alter_job(jobid, active := false) from cron.job where command like '%build_index_concurrently(2)%';
`;
