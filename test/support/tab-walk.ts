/** Walks through a page with the Tab key: finds mistakes in where the focus goes. */
import type { Page } from "playwright-core";

/** More than the stops of any page in the tests. */
const maxStops = 1_000;

type Stop = { key: string | null; problems: string[] };

type Walked = {
  /** The element in which the walk begins and all of which it has to reach; default: the page. */
  root?: string;
  /** The focus stays in the root, and begins again after its end. */
  isModal?: boolean;
};

/** Presses Tab from the start of the page to its end, or Shift+Tab from its end. @returns what is wrong, in sentences */
export async function walkWithTab(
  page: Page,
  key: "Tab" | "Shift+Tab" = "Tab",
  { root = "body", isModal = false }: Walked = {},
): Promise<string[]> {
  await page.evaluate(startWalk, { isBackward: key === "Shift+Tab", root, isModal });
  const problems = new Set<string>();
  let stops = 0;
  for (; stops < maxStops; stops += 1) {
    await page.keyboard.press(key);
    const stop = await page.evaluate(readStop);
    for (const problem of stop.problems) problems.add(problem);
    if (stop.key === null) break;
  }
  if (stops === maxStops) problems.add(`The focus has not left the page after ${maxStops} presses.`);
  for (const missed of await page.evaluate(readMissed)) problems.add(`Not reached: ${missed}`);
  return [...problems];
}

/** Runs in the page: the focus starts before everything, or after it. */
function startWalk({ isBackward, root, isModal }: Required<Walked> & { isBackward: boolean }): void {
  const element = [...document.querySelectorAll(root)].at(-1) ?? document.body;
  const start = document.createElement("span");
  start.tabIndex = -1;
  if (isBackward) element.append(start);
  else element.prepend(start);
  start.focus();
  start.remove();
  const present = new Set(element.querySelectorAll("*:not(:disabled, [aria-disabled=true])"));
  Object.assign(window, { walk: { root: element, isModal, present, reached: new Set(), last: null, isBackward } });
}

type Walk = {
  root: Element;
  isModal: boolean;
  present: Set<Element>;
  reached: Set<Element>;
  last: Element | null;
  isBackward: boolean;
};

/** Runs in the page. */
async function readStop(): Promise<Stop> {
  const { walk } = window as unknown as { walk: Walk };
  // After a field with parts, such as a date, a dialog's focus trap checks the focus a moment later. No person is faster.
  if (walk.isModal) await new Promise((resolve) => setTimeout(resolve));
  const element = document.activeElement;
  if (!element || element === document.body) return { key: null, problems: [] };
  const name = `${element.tagName.toLowerCase()} “${(element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 50)}”`;
  const problems: string[] = [];
  if (!walk.root.contains(element)) return { key: null, problems: walk.isModal ? [`Left for ${name}`] : [] };
  // The parts of a date, and what is in a frame, have the focus one after another.
  const hasParts = element instanceof HTMLInputElement || element instanceof HTMLIFrameElement;
  // A dialog can contain nothing but one element without parts.
  if (element === walk.last)
    return { key: walk.isModal && !hasParts && walk.reached.size === 1 ? null : name, problems: [] };
  if (walk.reached.has(element)) {
    // After its last element, a page without browser controls starts again.
    const [first] = walk.reached;
    const before = walk.last?.outerHTML.slice(0, 60);
    return { key: null, problems: element === first ? [] : [`Reached twice: ${name} after ${before}`] };
  }
  walk.reached.add(element);
  const last = walk.last;
  const following = walk.isBackward ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
  if (last && !(last.compareDocumentPosition(element) & following)) problems.push(`Out of order: ${name}`);
  walk.last = element;
  // It scrolls, and the focus mark is on its content.
  if (element instanceof HTMLIFrameElement) return { key: name, problems };
  const label = element instanceof HTMLInputElement ? element.closest("label, [data-ring]") : null;
  // The first line of a link with several lines.
  const { x, y, width, height } = element.getClientRects()[0] ?? element.getBoundingClientRect();
  const isVisible = width > 2 && height > 2 && getComputedStyle(element).opacity !== "0";
  const place = isVisible ? element : (label ?? element.parentElement ?? element);
  const box = isVisible ? { x, y, width, height } : place.getBoundingClientRect();
  const at = { x: box.x + Math.min(box.width, 40) / 2, y: box.y + Math.min(box.height / 2, 12) };
  if (box.y + box.height < 0 || box.y > innerHeight || box.x + box.width < 0 || box.x > innerWidth) {
    problems.push(`Out of sight: ${name} at ${Math.round(box.x)},${Math.round(box.y)}`);
  } else {
    const top = document.elementFromPoint(
      Math.max(0, Math.min(innerWidth - 1, at.x)),
      Math.max(0, Math.min(innerHeight - 1, at.y)),
    );
    const isOnTop = top !== null && (place.contains(top) || top.contains(place));
    if (!isOnTop) problems.push(`Covered: ${name} by ${top?.tagName.toLowerCase()}.${top?.className}`);
  }
  const hasRing = (one: Element, pseudo?: string) => {
    const style = getComputedStyle(one, pseudo);
    return (style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const around = [element, ...element.children, element.nextElementSibling, element.previousElementSibling];
  let parent = element.parentElement;
  for (let level = 0; level < 2 && parent; level += 1, parent = parent.parentElement) around.push(parent);
  const isMarked = around.some((one) => one && (hasRing(one) || hasRing(one, "::before") || hasRing(one, "::after")));
  if (!isMarked) problems.push(`No focus mark: ${name}`);
  return { key: name, problems };
}

/** Runs in the page: controls that existed from the start and were not reached. Others may have been added since. */
function readMissed(): string[] {
  const { walk } = window as unknown as { walk: Walk };
  const usable = document.querySelectorAll<HTMLElement>(
    "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex='0']",
  );
  return [...usable]
    .filter((element) => {
      if (
        !walk.present.has(element) ||
        walk.reached.has(element) ||
        element.tabIndex < 0 ||
        !element.checkVisibility({ visibilityProperty: true })
      )
        return false;
      // Tab reaches one radio button of a group; arrow keys reach the others.
      if (element instanceof HTMLInputElement && element.type === "radio") {
        return ![...walk.reached].some((one) => one instanceof HTMLInputElement && one.name === element.name);
      }
      return true;
    })
    .map(
      (element) =>
        `${element.tagName.toLowerCase()} “${(element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 50)}”`,
    );
}
