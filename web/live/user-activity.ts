/** Whether a person is at the page: an open page that only follows changes must not keep a sign-in alive. */

/** After so long without a key, a click or a move, what the page asks for by itself is not the person's. */
const awayAfterMs = 60_000;

let lastSeenAt = Date.now();

for (const event of ["pointerdown", "pointermove", "keydown", "wheel"]) {
  window.addEventListener(event, () => (lastSeenAt = Date.now()), { passive: true, capture: true });
}

export function isAway(): boolean {
  return Date.now() - lastSeenAt > awayAfterMs;
}
