/** Turning the notifications of browsers on and off, and trying them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { OwnNotificationsView } from "../../../shared/views/notifications.ts";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { fingerprintOf, subscribe, unsubscribe } from "./push-registration.ts";

type Push = OwnNotificationsView["push"];
type Browser = Push["browsers"][number];

/** @param onRemoved called when a browser has been removed, with the button that had the focus */
export function usePushChanges(push: Push, onRemoved: () => void) {
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const own = useQuery({ queryKey: ["push-fingerprint"], queryFn: fingerprintOf, staleTime: 0 });
  const add = useMutation(trpc.notifications.addBrowser.mutationOptions());
  const addSandbox = useMutation(trpc.notifications.addSandboxBrowser.mutationOptions());
  const remove = useMutation(trpc.notifications.removeBrowser.mutationOptions());
  const test = useMutation(trpc.notifications.testBrowser.mutationOptions());

  /** Shows the error, and reloads the current state in any case. */
  async function run(work: () => Promise<string | null>, done: string) {
    setProblem(null);
    try {
      const failed = await work();
      if (failed === null) announce(done);
      setProblem(failed);
    } catch (error) {
      setProblem(messageOf(error, true));
    }
    await Promise.all([own.refetch(), queryClient.invalidateQueries(trpc.notifications.pathFilter())]);
  }

  return {
    /** Identifies this browser among the person's, if its notifications are on. */
    ownFingerprint: own.data,
    problem,
    isAdding: add.isPending,
    turnOn: () =>
      run(async () => {
        const subscription = await subscribe(push.publicKey);
        if (typeof subscription === "string") return subscription;
        await add.mutateAsync(subscription);
        return null;
      }, "Notifications are on in this browser"),
    turnOff: (browser: Browser) =>
      run(
        async () => {
          if (browser.fingerprint === own.data) await unsubscribe();
          await remove.mutateAsync({ id: browser.id });
          onRemoved();
          return null;
        },
        `Notifications are off in ${browser.fingerprint === own.data ? "this browser" : browser.name}`,
      ),
    sendTest: (browser: Browser) =>
      run(async () => {
        const { isDelivered, problem: why } = await test.mutateAsync({ id: browser.id });
        return isDelivered ? null : `The test was not delivered: ${why ?? "no response"}`;
      }, "The test was sent"),
    addSandbox: () => run(async () => (await addSandbox.mutateAsync(), null), "The sandbox's browser was added"),
  };
}
