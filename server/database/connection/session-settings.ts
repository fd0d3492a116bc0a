/**
 * What statements and drivers rely on in each session, also if the database or the role has other defaults. Set by a statement,
 * because poolers such as PgBouncer refuse or drop settings among the startup parameters.
 */

const everySession: Record<string, string> = {
  // Another form of dates, bytes, texts or arrays would be misread.
  timezone: "UTC",
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  bytea_output: "hex",
  extra_float_digits: "1",
  standard_conforming_strings: "on",
  array_nulls: "on",
  // Another isolation would end transactions that wait for each other.
  default_transaction_isolation: "read committed",
  // A process that stands still in a transaction would keep its locks, and all instances would wait for it. Nothing outside the
  // database is called in a transaction, so one that works is never idle for this long.
  idle_in_transaction_session_timeout: "20s",
  // The app's own limits are those of statements. These would refuse webhooks that wait for a lock, and end connections that wait
  // for notifications.
  lock_timeout: "0",
  idle_session_timeout: "0",
};

/**
 * Marketdesk's tables are found first, and extensions where the database's own path finds them. PostgreSQL 17 and newer have one
 * more limit.
 */
const conditional = [
  "set_config('search_path', concat_ws(', ', 'public', nullif(current_setting('search_path'), '')), false)",
  "case when current_setting('server_version_num')::int >= 170000 then set_config('transaction_timeout', '0', false) end",
];

/** The statement that sets them. @param own further settings of the session */
export function sessionSettings(own: Record<string, string> = {}): string {
  const fixed = Object.entries({ ...everySession, ...own }).map(
    ([name, value]) => `set_config('${name}', '${value}', false)`,
  );
  return `select ${[...fixed, ...conditional].join(", ")}`;
}
