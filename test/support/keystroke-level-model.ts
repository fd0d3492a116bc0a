/**
 * A person at the keyboard and the mouse, and how long their work takes by the keystroke-level model of Card, Moran and
 * Newell, "The Keystroke-Level Model for User Performance Time with Interactive Systems", Communications of the ACM 23 (1980), 396-410.
 */
import { performance } from "node:perf_hooks";
import type { Locator, Page } from "playwright-core";

/** The model's operators in seconds, from the article. */
const seconds = {
  /** A key, by an average skilled typist (55 words a minute). */
  key: 0.2,
  /** To point at a target with the mouse. */
  point: 1.1,
  /** To press and release the mouse button. */
  click: 0.2,
  /** To move the hand between keyboard and mouse. */
  home: 0.4,
  /** To prepare mentally for the next unit of work. */
  prepare: 1.35,
} as const;

export type Effort = {
  clicks: number;
  keys: number;
  /** By the model, without the machine's response times. */
  seconds: number;
  /** How long the person waited for the machine; depends on the machine. */
  responseSeconds: number;
};

export type Operator = ReturnType<typeof operate>;

/**
 * Does the work on the page and measures it. The article's rules place the mental preparations: one before each choice of a
 * command, none within a text or between the parts of an argument.
 */
export function operate(page: Page) {
  const counts = { clicks: 0, keys: 0, handMoves: 0, preparations: 0 };
  let hand: "keyboard" | "mouse" | null = null;
  let responseMs = 0;
  let since = performance.now();

  function use(device: "keyboard" | "mouse") {
    if (hand !== null && hand !== device) counts.handMoves += 1;
    hand = device;
  }

  /** Waits until the element can be used, which is the machine's time, and clicks it. */
  async function click(target: Locator, modifiers: "Shift"[] = []) {
    use("mouse");
    await sees(target);
    await target.click({ modifiers });
    counts.clicks += 1;
    counts.keys += modifiers.length;
    since = performance.now();
  }

  async function keys(pressed: string[]) {
    use("keyboard");
    for (const key of pressed) {
      await page.keyboard.press(key);
      counts.keys += key.split("+").length;
    }
    since = performance.now();
  }

  /** Waits for the text that the person reads before they continue. */
  async function sees(target: Locator) {
    await target.first().waitFor({ state: "visible" });
    responseMs += performance.now() - since;
    since = performance.now();
  }

  return {
    page,
    sees,

    /** Chooses a command and clicks it: a button, a link, an item of a menu. */
    async choose(target: Locator) {
      counts.preparations += 1;
      await click(target);
    },

    /** Clicks the object of a command: a row, a field, a radio button. */
    point: (target: Locator, modifiers: "Shift"[] = []) => click(target, modifiers),

    /** Opens a list of choices and clicks one. */
    async select(target: Locator, label: string) {
      use("mouse");
      await sees(target);
      // Not clicked: the browser's own list would stay open in front of the page and take the next keys.
      await target.focus();
      await target.selectOption({ label });
      counts.clicks += 2;
      since = performance.now();
    },

    /** Chooses a command and presses its keys. */
    async press(...pressed: string[]) {
      counts.preparations += 1;
      await keys(pressed);
    },

    /** Moves the focus on to the next fields of a form. */
    tab: (times = 1) => keys(Array.from({ length: times }, () => "Tab")),

    async type(text: string) {
      use("keyboard");
      await page.keyboard.type(text);
      counts.keys += text.length;
      since = performance.now();
    },

    /** Pastes a text with Ctrl+V. */
    async paste(text: string) {
      use("keyboard");
      await page.keyboard.insertText(text);
      counts.keys += 2;
      since = performance.now();
    },

    effort(): Effort {
      const { clicks, keys: pressed, handMoves, preparations } = counts;
      const total =
        clicks * (seconds.point + seconds.click) +
        pressed * seconds.key +
        handMoves * seconds.home +
        preparations * seconds.prepare;
      return {
        clicks,
        keys: pressed,
        seconds: Math.round(total * 10) / 10,
        responseSeconds: Math.round(responseMs / 100) / 10,
      };
    },
  };
}
