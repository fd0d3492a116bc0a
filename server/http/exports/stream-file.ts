/** Streams a file at the speed at which its reader takes it. */
import { setImmediate } from "node:timers/promises";

/** A client that has read nothing for this long counts as disconnected. */
const maxIdleMs = 60_000;

/**
 * Requests the next chunk when the reader has taken the previous one. If the reader leaves or stalls, or `ended` is
 * aborted, the stream fails, so that no one takes the file for complete.
 * @param done called once, when no more is read
 */
export function streamOf(pieces: AsyncGenerator<string, void>, ended: AbortSignal, done: () => void) {
  const encoder = new TextEncoder();
  let idle: NodeJS.Timeout | undefined;
  let isOver = false;
  const finish = async () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(idle);
    // Waits for the page in progress, and records the number of rows.
    await pieces.return().finally(done);
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const cutOff = () => {
        if (!isOver) controller.error(new Error("export ended"));
        void finish().catch(() => {});
      };
      ended.addEventListener("abort", cutOff, { once: true });
    },
    async pull(controller) {
      clearTimeout(idle);
      try {
        const next = await pieces.next();
        if (isOver) return;
        if (next.done) {
          controller.close();
          await finish();
          return;
        }
        controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        await finish();
        throw error;
      }
      idle = setTimeout(() => {
        if (!isOver) controller.error(new Error("export not read"));
        void finish().catch(() => {});
      }, maxIdleMs);
      // Gives other requests a turn between pages, even if the database responds immediately.
      await setImmediate();
    },
    cancel: finish,
  });
}
