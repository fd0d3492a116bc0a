/** Notifications of the browser: on or off in this one, and the others of the person. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { OwnNotificationsView } from "../../../shared/views/notifications.ts";
import { Button } from "../../components/button.tsx";
import { LocalDate } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import * as styles from "./notifications.module.css";
import { fingerprintOf, isPushPossible, subscribe, unsubscribe } from "./push-registration.ts";

type Push = OwnNotificationsView["push"];

export function Browsers({ push }: { push: Push }) {
  const queryClient = useQueryClient();
  const heading = useRef<HTMLHeadingElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const own = useQuery({ queryKey: ["push-fingerprint"], queryFn: fingerprintOf, staleTime: 0 });
  const add = useMutation(trpc.notifications.addBrowser.mutationOptions());
  const addSandbox = useMutation(trpc.notifications.addSandboxBrowser.mutationOptions());
  const remove = useMutation(trpc.notifications.removeBrowser.mutationOptions());
  const test = useMutation(trpc.notifications.testBrowser.mutationOptions());
  const isOnHere = push.browsers.some(({ fingerprint }) => fingerprint === own.data);

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

  const turnOn = () =>
    run(async () => {
      const subscription = await subscribe(push.publicKey);
      if (typeof subscription === "string") return subscription;
      await add.mutateAsync(subscription);
      return null;
    }, "Notifications are on in this browser");
  const turnOff = (browser: Push["browsers"][number]) =>
    run(
      async () => {
        if (browser.fingerprint === own.data) await unsubscribe();
        await remove.mutateAsync({ id: browser.id });
        // The button that had the focus has been removed.
        heading.current?.focus();
        return null;
      },
      `Notifications are off in ${browser.fingerprint === own.data ? "this browser" : browser.name}`,
    );

  return (
    <section className={`${styles.ruleFields} ${styles.pushSection}`} aria-labelledby="browsers">
      <h2 id="browsers" ref={heading} tabIndex={-1}>
        Browser notifications
      </h2>
      <p className="dim">
        Shown by your browser, even while Marketdesk is closed. Turn them on in each browser, then choose “Browser
        notifications” in a rule above.
      </p>
      {push.browsers.length > 0 && (
        <ul className={styles.pushBrowsers} aria-label="Browsers">
          {push.browsers.map((browser) => (
            <li key={browser.id}>
              <div>
                <p>
                  {browser.name}
                  {browser.fingerprint === own.data && " (this browser)"}
                </p>
                <p className="dim">
                  {browser.host} · since <LocalDate at={browser.createdAt} />
                </p>
              </div>
              <div className={styles.pushActions}>
                <Button
                  variant="default"
                  size="compact-sm"
                  onClick={() =>
                    void run(async () => {
                      const { isDelivered, problem: why } = await test.mutateAsync({ id: browser.id });
                      return isDelivered ? null : `The test was not delivered: ${why ?? "no response"}`;
                    }, "The test was sent")
                  }
                >
                  Send test<span className="sr-only"> to {browser.name}</span>
                </Button>
                <Button variant="default" size="compact-sm" onClick={() => void turnOff(browser)}>
                  Turn off<span className="sr-only"> in {browser.name}</span>
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.pushActions}>
        {!isPushPossible() ? (
          <p className="dim">
            This browser does not support website notifications, or this page was not opened over https.
          </p>
        ) : (
          !isOnHere && (
            <Button variant="default" size="sm" loading={add.isPending} onClick={() => void turnOn()}>
              Turn on in this browser
            </Button>
          )
        )}
        {push.canTry && (
          <Button
            variant="default"
            size="sm"
            onClick={() =>
              void run(async () => (await addSandbox.mutateAsync(), null), "The sandbox's browser was added")
            }
          >
            Add the sandbox's browser
          </Button>
        )}
      </div>
      <p role="status">{problem}</p>
    </section>
  );
}
