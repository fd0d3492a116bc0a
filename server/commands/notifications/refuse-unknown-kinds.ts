import { AppError } from "../../errors.ts";
import { isNeedKind } from "../../needs/kinds.ts";

/** @throws AppError `Invalid` */
export function refuseUnknownKinds(lists: (string[] | null)[]): void {
  const unknown = lists.flatMap((kinds) => kinds ?? []).find((kind) => !isNeedKind(kind));
  if (unknown !== undefined) {
    throw new AppError("Invalid", `There is no kind of need named “${unknown}”. Reload the page and choose again.`);
  }
}
