/** Returns the focus after the focused element was removed, unless another element has it by then. */
export function returnFocus(to: Element | null): void {
  // In the next frame the element has been removed, and a field that the person clicked has the focus.
  requestAnimationFrame(() => {
    const isLost = document.activeElement === document.body || document.activeElement === null;
    if (!isLost || !(to instanceof HTMLElement)) return;
    const menu = to.closest("[popover]");
    const button = menu && document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(menu.id)}"]`);
    (button ?? to).focus({ preventScroll: true });
  });
}
