/** Notifications of the browser: on or off in this one, and the others of the person. */
import { useRef } from "react";
import type { OwnNotificationsView } from "../../../shared/views/notifications.ts";
import { Button } from "../../components/button.tsx";
import { LocalDate } from "../../components/time.tsx";
import * as styles from "./notifications.module.css";
import { isPushPossible } from "./push-registration.ts";
import { usePushChanges } from "./use-push-changes.ts";

export function Browsers({ push }: Pick<OwnNotificationsView, "push">) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { ownFingerprint, problem, isAdding, turnOn, turnOff, sendTest, addSandbox } = usePushChanges(push, () =>
    heading.current?.focus(),
  );
  const isOnHere = push.browsers.some(({ fingerprint }) => fingerprint === ownFingerprint);
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
                  {browser.fingerprint === ownFingerprint && " (this browser)"}
                </p>
                <p className="dim">
                  {browser.host} · since <LocalDate at={browser.createdAt} />
                </p>
              </div>
              <div className={styles.pushActions}>
                <Button variant="default" size="compact-sm" onClick={() => void sendTest(browser)}>
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
            <Button variant="default" size="sm" loading={isAdding} onClick={() => void turnOn()}>
              Turn on in this browser
            </Button>
          )
        )}
        {push.canTry && (
          <Button variant="default" size="sm" onClick={() => void addSandbox()}>
            Add the sandbox's browser
          </Button>
        )}
      </div>
      <p role="status">{problem}</p>
    </section>
  );
}
