/** What waits goes into the next statement together: under load a statement and its commit serve many callers. */
import type { Database } from "../connection/database.ts";

type Waiting<In, Out> = { input: In; resolve: (output: Out) => void; reject: (error: unknown) => void };

/**
 * Gathers what is asked for in one turn of the event loop, and while as many statements are under way as may be. Each caller
 * has its answer after the commit of the statement that held its input.
 *
 * When PostgreSQL refuses a statement for its data, each of its inputs is tried alone, so that one cannot keep the others out.
 *
 * @param options.run one statement; answers in the order of the inputs
 * @param options.batchSize inputs in one statement
 * @param options.concurrency statements under way at the same time
 * @param options.keyOf two inputs of one key are never in the same statement
 */
export function createBatcher<In, Out>(options: {
  run: (inputs: In[]) => Promise<Out[]>;
  batchSize: number;
  concurrency: number;
  keyOf?: (input: In) => string;
}): (input: In) => Promise<Out> {
  let waiting: Waiting<In, Out>[] = [];
  let inFlight = 0;
  let isPlanned = false;

  function plan(): void {
    if (isPlanned || inFlight >= options.concurrency) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      while (waiting.length > 0 && inFlight < options.concurrency) void flush(take());
    });
  }

  function take(): Waiting<In, Out>[] {
    const { keyOf, batchSize } = options;
    if (!keyOf) return waiting.splice(0, batchSize);
    const keys = new Set<string>();
    const taken: Waiting<In, Out>[] = [];
    const left: Waiting<In, Out>[] = [];
    for (const one of waiting) {
      const key = keyOf(one.input);
      if (taken.length >= batchSize || keys.has(key)) left.push(one);
      else taken.push(one);
      keys.add(key);
    }
    waiting = left;
    return taken;
  }

  async function flush(batch: Waiting<In, Out>[]): Promise<void> {
    inFlight += 1;
    await run(batch);
    inFlight -= 1;
    if (waiting.length > 0) plan();
  }

  async function run(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const outputs = await options.run(batch.map(({ input }) => input));
      for (const [index, { resolve }] of batch.entries()) resolve(outputs[index] as Out);
    } catch (error) {
      if (batch.length > 1 && isAboutData(error)) for (const one of batch) await run([one]);
      else for (const { reject } of batch) reject(error);
    }
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      plan();
    });
}

/** Callers that are to share statements must share the batcher: one for each pool of connections, made when it is first used. */
export function oncePerDatabase<Batcher>(make: (db: Database) => Batcher): (db: Database) => Batcher {
  const made = new WeakMap<Database, Batcher>();
  return (db) => {
    let batcher = made.get(db);
    if (batcher === undefined) made.set(db, (batcher = make(db)));
    return batcher;
  };
}

/** PostgreSQL's error classes for values that it cannot hold; anything else is about the statement or the connection. */
function isAboutData(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^(22|23|54)/.test(code);
}
