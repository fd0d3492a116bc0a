/** Combines waiting inputs into the next statement: under load one statement and its commit serve many callers. */
type Waiting<In, Out> = { input: In; resolve: (output: Out) => void; reject: (error: unknown) => void };

/**
 * Collects inputs of one turn of the event loop, and while `concurrency` statements are in flight. Each caller gets
 * its result after the commit. If PostgreSQL rejects a statement's data, each input is tried alone, so that one
 * does not block the others.
 * @param options.run one statement; results in the order of the inputs
 * @param options.keyOf inputs with the same key are never in one statement
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

/** PostgreSQL's error classes for invalid values; all others concern the statement or the connection. */
function isAboutData(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^(22|23|54)/.test(code);
}
