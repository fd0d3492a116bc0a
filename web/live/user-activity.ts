/** Whether a person is at the page: an open page that only follows changes must not keep a sign-in alive. */

/** After so long without a key, a click or a move, what the page asks for by itself is not the person's. */
const idleAfterMs = 60_000;

let lastInputAt = Date.now();

for (const event of ["pointerdown", "pointermove", "keydown", "wheel"]) {
  window.addEventListener(event, () => (lastInputAt = Date.now()), { passive: true, capture: true });
}

export function isUserIdle(): boolean {
  return Date.now() - lastInputAt > idleAfterMs;
}
