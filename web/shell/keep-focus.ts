/**
 * If the button that was pressed or has the focus is removed, for example because its action is done, the focus moves to the
 * element around it. Otherwise the focus would jump to the top of the page (WCAG 2.4.3).
 */

/** Dialogs return the focus themselves, in the next frame, which takes longer than this on a slow machine. */
const waitMs = 100;

export function keepFocus(): void {
  /** The button, then what is around it. */
  let around: HTMLElement[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  const remember = ({ target }: Event) => {
    // The focus is somewhere again. If it is lost a second time, that is not because of the first button.
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    const button = target instanceof Element ? target.closest<HTMLElement>("button") : null;
    around = button ? [button, ...ancestorsOf(button)] : [];
  };
  // Some browsers do not focus a button that is clicked.
  document.addEventListener("click", remember, { capture: true, passive: true });
  document.addEventListener("focusin", remember);
  new MutationObserver(() => {
    if (around.length === 0 || around[0]?.isConnected !== false || !isFocusLost()) return;
    const candidates = around;
    around = [];
    timer = setTimeout(() => {
      frame = requestAnimationFrame(() => {
        if (isFocusLost()) focusFirstRemaining(candidates);
      });
    }, waitMs);
  }).observe(document.body, { childList: true, subtree: true });
}

const isFocusLost = () => document.activeElement === document.body || document.activeElement === null;

/** Elements that a screen reader reads as one thing. */
function ancestorsOf(element: HTMLElement): HTMLElement[] {
  const found = element.parentElement?.closest<HTMLElement>("form, section, [role=group], [role=dialog], main");
  return found ? [found, ...ancestorsOf(found)] : [];
}

function focusFirstRemaining(candidates: HTMLElement[]): void {
  const next = candidates.find(({ isConnected }) => isConnected) ?? document.querySelector<HTMLElement>("main");
  if (!next) return;
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
}
