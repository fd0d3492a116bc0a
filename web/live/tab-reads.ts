/** Reads that a tab asks the leading tab for, and reads that the leading tab sends for all tabs. */
import type { Read, SharedRead } from "./shared-reads.ts";

/** A message reaches all tabs, so reads that start at the same moment share one. */
export type ReadMessage = { asked: ReadRequest[] } | { answered: ReadResponse[] };
type ReadRequest = Read & { id: string };
type ReadResponse = { ids: string[]; found: ReadResult };
type ReadResult = { data: unknown } | null;

/** All tabs receive a change within about this time. */
const collectMs = 30;
/** After this time the tab reads on its own, because the leading tab is stuck or was closed. */
const maxWaitMs = 2_000;

type Options = {
  isLeading(): boolean;
  post(message: ReadMessage): void;
  /** Sends a read to the server. */
  send(read: Read): Promise<unknown>;
};

export function createTabReads({ isLeading, post, send }: Options) {
  const waiting = new Map<string, (found: ReadResult) => void>();
  /** In the leading tab: the requested reads, with the ids of the requests. */
  const collected = new Map<string, { read: Read; ids: string[] }>();

  const postRequest = createBatcher<ReadRequest>((asked) => post({ asked }));
  const answer = createBatcher(answerAll);

  function answerAll(answered: ReadResponse[]) {
    settle(answered);
    post({ answered });
  }

  function settle(answered: ReadResponse[]) {
    for (const { ids, found } of answered) for (const id of ids) waiting.get(id)?.(found);
  }

  /** Requests for the same read share one answer until the read is sent. */
  function sendCollected() {
    const reads = [...collected.values()];
    collected.clear();
    for (const { read, ids } of reads) {
      send(read).then(
        (data) => answer({ ids, found: { data } }),
        () => answer({ ids, found: null }),
      );
    }
  }

  function collect({ id, ...read }: ReadRequest) {
    // Browsers slow down the timers of hidden tabs.
    if (document.hidden) return answerAll([{ ids: [id], found: null }]);
    if (collected.size === 0) setTimeout(sendCollected, collectMs);
    const key = JSON.stringify([read.path, read.input]);
    const others = collected.get(key)?.ids ?? [];
    collected.set(key, { read, ids: [...others, id] });
  }

  const readThroughLeader: SharedRead = (read) =>
    new Promise((resolve) => {
      const id = crypto.randomUUID();
      const timer = setTimeout(() => end(null), maxWaitMs);
      function end(found: ReadResult) {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(found);
      }
      waiting.set(id, end);
      if (isLeading()) collect({ ...read, id });
      else postRequest({ ...read, id });
    });

  return {
    readThroughLeader,
    receive(message: ReadMessage) {
      if ("answered" in message) settle(message.answered);
      else if (isLeading()) message.asked.forEach(collect);
    },
    /** Ends waiting for another tab; the reads are then sent by this tab. */
    end() {
      for (const end of waiting.values()) end(null);
    },
  };
}

/** Collects the items of one turn of the event loop and passes them on together. */
function createBatcher<Item>(passOn: (items: Item[]) => void): (item: Item) => void {
  let items: Item[] = [];
  return (item) => {
    items.push(item);
    if (items.length > 1) return;
    setTimeout(() => {
      const group = items;
      items = [];
      passOn(group);
    });
  };
}
