/** Starts the fake Microsoft as a process and controls it. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { sandboxPublisher } from "../../sandbox/publisher.ts";
import type { Behavior, FakeMicrosoftCommand, FakeMicrosoftMessage } from "./fake-microsoft.ts";

export type Microsoft = Awaited<ReturnType<typeof startMicrosoft>>;

export async function startMicrosoft(behaviour: Partial<Behavior> = {}) {
  const child = fork(fileURLToPath(new URL("fake-microsoft.ts", import.meta.url)), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const listeners = new Set<(message: Extract<FakeMicrosoftMessage, { say: "operation read" }>) => void>();
  child.on("message", (message: FakeMicrosoftMessage) => {
    if (message.say === "operation read") for (const listener of listeners) listener(message);
  });
  const [ready] = (await once(child, "message")) as [FakeMicrosoftMessage];
  if (ready.say !== "ready") throw new Error("the fake Microsoft did not start");
  const { marketplaceUrl, entraUrl } = ready;
  let orders = 0;

  function set(changes: Partial<Behavior>): Promise<void> {
    const id = (orders += 1);
    return new Promise((resolve) => {
      const onMessage = (message: FakeMicrosoftMessage) => {
        if (message.say !== "done" || message.id !== id) return;
        child.off("message", onMessage);
        resolve();
      };
      child.on("message", onMessage);
      child.send({ id, set: changes } satisfies FakeMicrosoftCommand);
    });
  }

  await set(behaviour);
  return {
    set,
    /** The settings of an instance that talks to it. @param who appears in `operation read`, letters only */
    environmentFor: (who: string) => ({
      MARKETPLACE_API_URL: `${marketplaceUrl}/${who}/api`,
      ENTRA_AUTHORITY: entraUrl,
      ENTRA_TENANT_ID: sandboxPublisher.tenantId,
      ENTRA_CLIENT_ID: sandboxPublisher.clientId,
      ENTRA_CLIENT_SECRET: sandboxPublisher.clientSecret,
    }),
    /** A number of different webhook tokens. */
    async tokens(count: number): Promise<string[]> {
      const tokens: string[] = [];
      while (tokens.length < count) {
        const batch = Array.from({ length: Math.min(20, count - tokens.length) }, () => oneToken(entraUrl));
        tokens.push(...(await Promise.all(batch)));
      }
      return tokens;
    },
    /** Reports which instance reads which operation, until the returned function is called. */
    onOperationRead(listener: (message: { by: string; operationId: string }) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => void child.kill("SIGKILL"),
  };
}

async function oneToken(entraUrl: string): Promise<string> {
  const answer = await fetch(`${entraUrl}/control/webhook-token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  return ((await answer.json()) as { token: string }).token;
}
