/** A token that Microsoft refuses fails many calls at the same time: the first one drops it, the others find the new one. */
import { orAborted } from "./deadline.ts";

const forgetTokenEveryMs = 30_000;

/**
 * The returned function says whether there is another token than the one that Microsoft refused; waits for it until `endsAt`, in
 * milliseconds of `performance.now()`.
 */
export function createTokenRenewal({
  getToken,
  forgetToken,
}: {
  getToken: () => Promise<string>;
  forgetToken: (() => void) | undefined;
}): (refused: string, endsAt: number) => Promise<boolean> {
  let forgotAt = Number.NEGATIVE_INFINITY;

  return async (refused, endsAt) => {
    const leftMs = Math.max(1, Math.ceil(endsAt - performance.now()));
    const answer = await orAborted(getToken(), AbortSignal.timeout(leftMs)).catch(() => refused);
    if (answer !== refused) return true;
    if (!forgetToken || performance.now() - forgotAt < forgetTokenEveryMs) return false;
    forgotAt = performance.now();
    forgetToken();
    return true;
  };
}
