/** What changes in the database, told to the pages that are open: one LISTEN connection for each instance. */
import { EventEmitter, on } from "node:events";
import type { Logger } from "pino";
import postgres from "postgres";
import type { ChangeView } from "../../shared/views/history.ts";
import { postgresJsConnection } from "../database/address.ts";
import { workChannel } from "../database/operation-claims.ts";
import { changesChannel } from "../database/record.ts";

export type Changes = {
  /** Changes from now on, until the signal; `null` when some may have been missed. */
  follow(signal: AbortSignal | undefined): AsyncIterable<ChangeView[] | null>;
  stop(): Promise<void>;
};

/** postgres.js holds this connection: it comes back by itself, and says when it has. */
export async function listenForChanges(options: {
  url: string;
  log: Logger;
  /** Something has become due that no worker has made due itself. */
  onWork?: () => void;
}): Promise<Changes> {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const sql = postgres({
    ...postgresJsConnection(options.url),
    max: 1,
    onnotice: () => {},
    connection: { application_name: "marketdesk changes" },
  });
  await sql.listen(
    changesChannel,
    (payload) => emitter.emit("change", JSON.parse(payload) as ChangeView[]),
    () => emitter.emit("change", null),
  );
  const { onWork } = options;
  if (onWork) await sql.listen(workChannel, onWork, onWork);
  return {
    async *follow(signal) {
      for await (const [changes] of on(emitter, "change", { signal })) yield changes as ChangeView[] | null;
    },
    stop: () => sql.end({ timeout: 2 }),
  };
}
