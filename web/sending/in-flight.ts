/** Changes that wait for an answer, and forms that must stay open until then. */

let sending = 0;
let locks = 0;

/** Counts a change from sending until its answer. */
export async function trackSending<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  sending += 1;
  try {
    return await send();
  } finally {
    sending -= 1;
  }
}

/** Locks the page while a form waits for an answer. Returns the unlock function. */
export function lockPage(): () => void {
  locks += 1;
  return () => void (locks -= 1);
}

/** Whether leaving the page now would lose an answer. */
export function isPageLocked(): boolean {
  return sending > 0 && locks > 0;
}

export function isSending(): boolean {
  return sending > 0;
}
