import { formatNumber } from "../../text/format.ts";
import type { NeedDialog } from "./need-dialog.ts";
import { NeedList } from "./need-list.tsx";
import type { ListedNeed } from "./recently-resolved.ts";
import * as styles from "./home.module.css";

/** Kinds in the order of their most urgent item. */
export function ByKind({ shown, open }: { shown: ListedNeed[]; open(next: NeedDialog): void }) {
  return [...Map.groupBy(shown, ({ need }) => need.kind)].map(([kind, ofKind]) => (
    <section key={kind} className={styles.needsOfKind} aria-labelledby={`needs-${kind}`}>
      <h2 id={`needs-${kind}`}>
        {ofKind[0]?.need.group}{" "}
        <span className="dim">{formatNumber(ofKind.filter(({ resolved }) => resolved === null).length)}</span>
      </h2>
      <NeedList shown={ofKind} open={open} />
    </section>
  ));
}
