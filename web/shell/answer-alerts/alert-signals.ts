/** Draws attention to an alert while the person looks elsewhere: by the page's title, a sound, or a browser notification. */
import { useEffect } from "react";

/** Puts a text before the page's title while there is one, also when the page changes its title. */
export function useTitlePrefix(text: string | null): void {
  useEffect(() => {
    if (text === null) return;
    const prefix = `${text} · `;
    const put = () => {
      if (!document.title.startsWith(prefix)) document.title = prefix + document.title;
    };
    put();
    const observer = new MutationObserver(put);
    observer.observe(document.head, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      if (document.title.startsWith(prefix)) document.title = document.title.slice(prefix.length);
    };
  }, [text]);
}

/** Two short tones. Browsers play no sound on a page that was never used; then there is none. */
export function playAnswerSound(): void {
  try {
    const context = new AudioContext();
    for (const [index, hertz] of [660, 880].entries()) {
      const from = context.currentTime + index * 0.18;
      const tone = new OscillatorNode(context, { frequency: hertz });
      const volume = new GainNode(context, { gain: 0 });
      volume.gain.setValueAtTime(0.15, from);
      volume.gain.exponentialRampToValueAtTime(0.001, from + 0.16);
      tone.connect(volume).connect(context.destination);
      tone.start(from);
      tone.stop(from + 0.17);
    }
    setTimeout(() => void context.close(), 1_000);
  } catch {
    // The computer may have no sound device.
  }
}

/** Lets only one of the browser's tabs do something about an alert. Browsers offer locks only over https. */
export function inOneTab(name: string, act: () => void): void {
  if (!("locks" in navigator)) return act();
  void navigator.locks.request(`marketdesk.${name}`, { ifAvailable: true }, (lock) => {
    if (lock === null) return;
    act();
    return new Promise<void>((resolve) => setTimeout(resolve, 2_000));
  });
}

/** Shows a notification if the person allowed it and looks elsewhere. Returns a function that removes it. */
export function notifyInBrowser(tag: string, title: string, body: string): () => void {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") return () => {};
  if (!document.hidden && document.hasFocus()) return () => {};
  try {
    // All tabs use the same tag, so there is one notification.
    const notification = new Notification(title, { body, tag, requireInteraction: true });
    notification.addEventListener("click", () => {
      window.focus();
      notification.close();
    });
    return () => notification.close();
  } catch {
    // Chrome on Android shows only notifications of service workers.
    return () => {};
  }
}
