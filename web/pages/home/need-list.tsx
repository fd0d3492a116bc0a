import { Suspense } from "react";
import { lazyPart } from "../../components/lazy-part.tsx";
import { countOf } from "../../text/format.ts";
import type { Ask } from "./ask.ts";
import { NeedItem, ResolvedNeedItem } from "./need-item.tsx";
import { linesOf } from "./need-selection.ts";
import { keyOf, type ListedNeed } from "./recently-resolved.ts";
import * as styles from "./home.module.css";

// Rarely needed: only ten or more needs of one kind and cause are grouped.
const AlikeNeeds = lazyPart(() => import("./alike-needs.tsx"), "AlikeNeeds");

export function NeedList({ shown, ask }: { shown: ListedNeed[]; ask(next: Ask): void }) {
  if (shown.length === 0) return null;
  return (
    <ul className={styles.needs}>
      {linesOf(shown).map(({ key, alike }) =>
        alike.length > 1 ? (
          <Suspense key={key} fallback={<AlikeNeedsLoading alike={alike} />}>
            <AlikeNeeds alike={alike} ask={ask}>
              <ul className={styles.needs}>
                <NeedItems listed={alike} ask={ask} />
              </ul>
            </AlikeNeeds>
          </Suspense>
        ) : (
          <NeedItems key={key} listed={alike} ask={ask} />
        ),
      )}
    </ul>
  );
}

/** As high as the line that replaces it, so that nothing moves under the pointer. */
function AlikeNeedsLoading({ alike }: { alike: ListedNeed[] }) {
  return (
    <li className={styles.needAlike}>
      {countOf(alike.length, "item")} · {alike[0]?.need.what}
    </li>
  );
}

function NeedItems({ listed, ask }: { listed: ListedNeed[]; ask(next: Ask): void }) {
  return listed.map(({ need, resolved }) =>
    resolved ? (
      <ResolvedNeedItem key={`${keyOf(need)} resolved`} need={need} resolution={resolved} />
    ) : (
      <NeedItem key={keyOf(need)} need={need} ask={ask} />
    ),
  );
}
