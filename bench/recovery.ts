/** One of two instances is killed while it settles: how long until the other one continues its job. */
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import { loadOf } from "./environment/http-load.ts";
import { type Instance, startInstance } from "./environment/start-app-process.ts";
import { startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { nextWebhook } from "./intake.ts";
import { maximum, withVerdict, type Measurement } from "./measurement.ts";

const timeoutMs = 60_000;

export async function benchRecovery(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const rounds = benchEnvironment.scale === "quick" ? 2 : 10;
  // A job in progress stays in progress: Microsoft's answer never comes.
  const microsoft = await startMicrosoft({ isHanging: true, reportsReads: true });
  const [token = ""] = await microsoft.tokens(1);
  const database = await benchEnvironment.createDatabase();
  const start = (who: string) => startInstance({ benchEnvironment, microsoft, databaseUrl: database.url, who });
  const instances: Record<string, Instance> = { east: await start("east"), west: await start("west") };
  const seconds: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const reads = createReads(microsoft);
      const anyone = instances["east"] as Instance;
      await loadOf(anyone.url, [nextWebhook(anyone.url, token)]);
      const first = await reads.next(() => true);
      await instances[first.by]?.kill();
      const killedAt = performance.now();
      await reads.next((read) => read.operationId === first.operationId && read.by !== first.by);
      seconds.push((performance.now() - killedAt) / 1_000);
      reads.stop();
      // The next round must not see the job of this round again.
      await microsoft.set({ isHanging: false });
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await microsoft.set({ isHanging: true });
      instances[first.by] = await start(first.by);
      benchEnvironment.log(`recovery ${round + 1}/${rounds}: ${seconds.at(-1)?.toFixed(1)} s`);
    }
  } finally {
    await Promise.all(Object.values(instances).map((instance) => instance.kill()));
    microsoft.stop();
    await database.drop();
  }
  return [
    withVerdict(
      {
        name: "interrupted job continues on the other instance after SIGKILL, slowest",
        value: Math.max(...seconds),
        unit: "s",
        note: `${rounds} kills; aim 3 s`,
      },
      maximum(15),
    ),
  ];
}

type Read = { by: string; operationId: string };

function createReads(microsoft: Awaited<ReturnType<typeof startMicrosoft>>) {
  const reads: Read[] = [];
  let wake = () => {};
  const stop = microsoft.onOperationRead((read) => {
    reads.push(read);
    wake();
  });
  return {
    stop,
    async next(fits: (read: Read) => boolean): Promise<Read> {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const found = reads.find(fits);
        if (found) return found;
        if (performance.now() > deadline) throw new Error("no instance read the operation within a minute");
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 1_000);
        });
      }
    },
  };
}
