/** The changes that wait for their answer, and the forms that may not be left until it has come. */

let sending = 0;
let locks = 0;

/** From the moment something is sent to its answer. */
export async function trackSending<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  sending += 1;
  try {
    return await send();
  } finally {
    sending -= 1;
  }
}

/** A form waits for the answer to what it sent. Returns how to end it. */
export function lockPage(): () => void {
  locks += 1;
  return () => void (locks -= 1);
}

/** Whether leaving the page now would leave a person without the answer. */
export function isPageLocked(): boolean {
  return sending > 0 && locks > 0;
}

export function isSending(): boolean {
  return sending > 0;
}
