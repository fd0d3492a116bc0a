/** Whether a person uses the page. An unattended page must not keep a session alive. */

/** After this time without input, requests count as automatic. */
const idleAfterMs = 60_000;

let lastInputAt = Date.now();

for (const event of ["pointerdown", "pointermove", "keydown", "wheel"]) {
  window.addEventListener(event, () => (lastInputAt = Date.now()), { passive: true, capture: true });
}

export function isUserIdle(): boolean {
  return !wasUsedWithin(idleAfterMs);
}

/** Whether there was input in this time, or the page was opened. */
export function wasUsedWithin(ms: number): boolean {
  return Date.now() - lastInputAt <= ms;
}
