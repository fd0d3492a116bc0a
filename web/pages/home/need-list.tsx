import { Suspense } from "react";
import { lazyPart } from "../../components/lazy-part.tsx";
import { countOf } from "../../text/format.ts";
import type { NeedDialog } from "./need-dialog.ts";
import { NeedItem, ResolvedNeedItem } from "./need-item.tsx";
import { linesOf } from "./need-selection.ts";
import { keyOf, type ListedNeed } from "./recently-resolved.ts";
import * as styles from "./home.module.css";

// Rarely needed: only ten or more needs of one kind and cause are grouped.
const SimilarNeeds = lazyPart(() => import("./similar-needs.tsx"), "SimilarNeeds");

export function NeedList({ shown, open }: { shown: ListedNeed[]; open(next: NeedDialog): void }) {
  if (shown.length === 0) return null;
  return (
    <ul className={styles.needs}>
      {linesOf(shown).map(({ key, group }) =>
        group.length > 1 ? (
          <Suspense key={key} fallback={<SimilarNeedsLoading group={group} />}>
            <SimilarNeeds group={group} open={open}>
              {(listed) => <NeedItems listed={listed} open={open} />}
            </SimilarNeeds>
          </Suspense>
        ) : (
          <NeedItems key={key} listed={group} open={open} />
        ),
      )}
    </ul>
  );
}

/** As high as the line that replaces it, so that nothing moves under the pointer. */
function SimilarNeedsLoading({ group }: { group: ListedNeed[] }) {
  return (
    <li className={styles.needGroup}>
      {countOf(group.length, "item")} · {group[0]?.need.what}
    </li>
  );
}

function NeedItems({ listed, open }: { listed: ListedNeed[]; open(next: NeedDialog): void }) {
  return listed.map(({ need, resolved }) =>
    resolved ? (
      <ResolvedNeedItem key={`${keyOf(need)} resolved`} need={need} resolution={resolved} />
    ) : (
      <NeedItem key={keyOf(need)} need={need} open={open} />
    ),
  );
}
