/**
 * The server's settings, given on its command line, so that a newer version of this file applies to an
 * older data folder, too.
 */

/** Connections: the front process's pool, the engine's own jobs, and a few for a person with psql. */
export const MAX_CONNECTIONS = 220;

/** @param {string} socketFolder  as the server sees it @returns {string[]} */
export function settingsArgs(socketFolder) {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: String(MAX_CONNECTIONS),
    shared_buffers: '128MB',
    // An acknowledged write is on disk.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    max_wal_size: '512MB',
    checkpoint_timeout: '15min',
    // If the front process is killed, its statements end and its open transactions are rolled back.
    client_connection_check_interval: '2s',
    idle_in_transaction_session_timeout: '120s',
    // All statements are short: compiling them costs more than it saves.
    jit: 'off',
    // The sender of a failed statement receives the error. The log would only collect noise, and the
    // details are other people's documents.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: '0',
    log_line_prefix: '%m [%p] ',
    shared_preload_libraries: 'pg_cron,pg_documentdb_core,pg_documentdb',
    // The engine's jobs (index builds, TTL) connect to the server over the socket, since no port is open.
    'cron.database_name': 'postgres',
    'cron.host': socketFolder,
    'cron.log_run': 'off',
    'cron.log_statement': 'off',
    'documentdb.localhost_connection_string': `host=${socketFolder}`,
    // A sorted or grouped result of several pages is kept in a file, not in an open transaction that holds a connection.
    'documentdb.useFileBasedPersistedCursors': 'on',
    'documentdb.defaultCursorExpiryTimeLimitSeconds': '600',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
