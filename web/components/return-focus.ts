/** Gives the focus back when what had it is gone, unless something else has taken it. */
export function returnFocus(to: Element | null): void {
  // By then the element is removed, and a field that the person has chosen has the focus.
  requestAnimationFrame(() => {
    const isLost = document.activeElement === document.body || document.activeElement === null;
    if (!isLost || !(to instanceof HTMLElement)) return;
    const menu = to.closest("[popover]");
    const button = menu && document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(menu.id)}"]`);
    (button ?? to).focus({ preventScroll: true });
  });
}
