import { messageOf, wasAnswered } from "../../text/call-errors.ts";
import { countOf } from "../../text/format.ts";

/** @param problem why the first of the others was not done; null if all were */
type AllDone = { done: number; left: number; problem: string | null };

/**
 * Does the same for several items, one after the other. A refused item does not stop the others; if the server does not
 * answer, the remaining items are not sent.
 * @throws the first error, if nothing was done
 */
export async function doAll<Item>(items: readonly Item[], act: (item: Item) => Promise<unknown>): Promise<AllDone> {
  const errors: unknown[] = [];
  let done = 0;
  for (const item of items) {
    try {
      await act(item);
      done += 1;
    } catch (error) {
      errors.push(error);
      if (!wasAnswered(error)) break;
    }
  }
  if (errors.length === 0) return { done, left: 0, problem: null };
  if (done === 0) throw errors[0];
  return { done, left: items.length - done, problem: messageOf(errors[0], true) };
}

/** `3 items done, 1 not: …` */
export function allDoneText({ done, left, problem }: AllDone, noun: string, verb: string): string {
  const text = `${countOf(done, noun)} ${verb}`;
  return left === 0 ? text : `${text}, ${left} not: ${problem}`;
}
