/** What the dashboard repeats rests between two test files of a worker, when there is no document. */
const start = globalThis.setInterval;
const worker = globalThis as typeof globalThis & { restsBetweenFiles?: true };

if (!worker.restsBetweenFiles) {
  worker.restsBetweenFiles = true;
  globalThis.setInterval = ((act: (...given: unknown[]) => void, everyMs?: number, ...given: unknown[]) =>
    start(() => {
      if (typeof document !== "undefined") act(...given);
    }, everyMs)) as typeof setInterval;
}
