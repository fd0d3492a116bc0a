/** How this browser shows customers' changes that wait for an answer. */
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { CheckBox } from "../../components/check-box.tsx";
import { useAnswerKeys, useAnswerSound } from "../../shell/answer-alerts/alert-preferences.ts";
import { playAnswerSound } from "../../shell/answer-alerts/alert-signals.ts";
import * as styles from "./notifications.module.css";

const permissionNow = () => ("Notification" in globalThis ? Notification.permission : null);

const permissionNotes: Record<NotificationPermission, string> = {
  granted: "While you look at another page or program, your browser shows a notification.",
  denied: "Your browser blocks notifications from this site. Allow them in its settings for this address.",
  default: "Your browser can show a notification while you look at another page or program.",
};

export function AnswerAlertSettings() {
  const [hasSound, setSound] = useAnswerSound();
  const [hasKeys, setKeys] = useAnswerKeys();
  const [permission, setPermission] = useState(permissionNow);
  return (
    <section className={`${styles.ruleFields} ${styles.pushSection}`} aria-labelledby="answer-alerts">
      <h2 id="answer-alerts">Changes that wait for an answer</h2>
      <p className="dim">
        If a change rule asks staff first, each open page of Marketdesk shows an alert while Microsoft waits. These
        settings apply to this browser.
      </p>
      <CheckBox
        label="Play a sound"
        note="Once for each change, in one of your tabs."
        isChecked={hasSound}
        onChange={(isOn) => {
          setSound(isOn);
          if (isOn) playAnswerSound();
        }}
      />
      <CheckBox
        label="Answer with the keys A and R"
        note="They work on all pages while an alert is shown, except while you type."
        isChecked={hasKeys}
        onChange={setKeys}
      />
      {permission !== null && <p className="dim">{permissionNotes[permission]}</p>}
      {permission === "default" && (
        <div className={styles.pushActions}>
          <Button
            variant="default"
            size="sm"
            onClick={() => void Notification.requestPermission().then((answer) => setPermission(answer))}
          >
            Allow notifications
          </Button>
        </div>
      )}
    </section>
  );
}
