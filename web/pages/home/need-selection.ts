/** Selects the needs that are shown, and groups similar needs into one line. */
import type { NeedView } from "../../../shared/views/needs.ts";
import type { ListedNeed } from "./recently-resolved.ts";

/** The values of `ownerMe` and `ownerNone`, without the schemas of all lists, which are larger than this page. */
const owners = { me: "me", none: "none" };

export type NeedSelection = {
  kind?: string | undefined;
  owner?: string | undefined;
  offer?: string | undefined;
  /** The minimum amount per month, with its currency: `USD 100`. */
  money?: string | undefined;
};

export const isSelecting = ({ kind, owner, offer, money }: NeedSelection) => Boolean(kind ?? owner ?? offer ?? money);

export function selectNeeds(needs: NeedView[], selection: NeedSelection, staffId: string | undefined): NeedView[] {
  const { kind, owner, offer, money } = selection;
  const [currency, minimum] = money?.split(" ") ?? [];
  return needs.filter(
    (need) =>
      (!kind || need.kind === kind) &&
      (!offer || need.offerId === offer) &&
      // Amounts of two currencies cannot be compared.
      (!currency || (need.money?.currency === currency && Number(need.money.monthly) >= Number(minimum))) &&
      (!owner || (need.owner?.id ?? owners.none) === (owner === owners.me ? staffId : owner)),
  );
}

/** Fewer similar needs than this are listed one by one. */
const minGroupSize = 10;

export type NeedLine = { key: string; group: ListedNeed[] };

/** The list with needs of one kind and cause as one line, at the place of the most urgent of them. */
export function linesOf(listed: ListedNeed[]): NeedLine[] {
  const causeOf = ({ need }: ListedNeed) => `${need.kind} ${need.what} ${need.cause}`;
  const groups = Map.groupBy(listed, causeOf);
  const isGroup = (cause: string) => (groups.get(cause)?.length ?? 0) >= minGroupSize;
  const seen = new Set<string>();
  return listed.flatMap((one): NeedLine[] => {
    const cause = causeOf(one);
    if (!isGroup(cause)) return [{ key: `${one.need.kind} ${one.need.id}`, group: [one] }];
    if (seen.has(cause)) return [];
    seen.add(cause);
    return [{ key: cause, group: groups.get(cause) ?? [] }];
  });
}
