import { Fragment, type ReactNode } from "react";
import type { SubscriptionStatus } from "../../shared/lifecycle.ts";
import { statusLabels } from "../text/labels.ts";
import type { Tone } from "../text/labels.ts";

/** A word with a dot in its tone. The word carries the meaning; the colour only helps to find it. */
export function Dot({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="dot-word" data-tone={tone}>
      <span className="dot" aria-hidden />
      {children}
    </span>
  );
}

/** Microsoft's status in Microsoft's word; the plain words are in the tooltip. */
export function Status({ status }: { status: SubscriptionStatus }) {
  const { plain, tone } = statusLabels[status];
  return (
    <span title={plain}>
      <Dot tone={tone}>{withBreaks(status)}</Dot>
    </span>
  );
}

/** `PendingFulfillmentStart` with places where a narrow column may break it. */
function withBreaks(word: string): ReactNode {
  return word.split(/(?=[A-Z])/).map((part, index) => (
    <Fragment key={part}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
