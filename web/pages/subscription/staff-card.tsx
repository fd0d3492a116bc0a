import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { type Day, isDay, localDayOf } from "../../../shared/day.ts";
import { useNow } from "../../clock.ts";
import { Button } from "../../components/button.tsx";
import { OwnerField, StaffField, TagsField } from "../../components/staff-fields.tsx";
import { DayText } from "../../components/time.tsx";
import type { Subscription } from "../../trpc.ts";
import { announce } from "../../shell/announcement.ts";
import { client } from "../../trpc.ts";
import { useStaffChanges } from "./staff-changes.ts";
import * as staffFieldsStyles from "../../components/staff-fields.module.css";
import * as tagStyles from "../../components/tag.module.css";

/** What staff keep about a subscription: owner, follow-up and tags. */
export function StaffCard({ subscription }: { subscription: Subscription }) {
  const { isAllowed, ...changes } = useStaffChanges();
  const { id: subscriptionId, ownerId } = subscription;
  return (
    <section className={staffFieldsStyles.staffCard} aria-label="Staff">
      <StaffField name="Owner" problem={changes.ownerProblem}>
        <OwnerField
          noun="subscription"
          owned={subscription}
          isAllowed={isAllowed}
          isPending={changes.owner.isPending}
          assign={(owner) =>
            changes.owner.mutate(
              { subscriptionId, owner },
              {
                onSuccess: () =>
                  announce("Owner changed", () =>
                    client.subscriptions.assignOwner.mutate({ subscriptionId, owner: ownerId, seenOwner: owner }),
                  ),
              },
            )
          }
        />
      </StaffField>
      <StaffField name="Follow up" problem={changes.followUpProblem}>
        <FollowUp subscription={subscription} isAllowed={isAllowed} changes={changes} key={subscription.followUpOn} />
      </StaffField>
      <StaffField name="Tags" problem={changes.tagsProblem}>
        <TagsField
          tags={subscription.tags}
          listPath="/subscriptions"
          isAllowed={isAllowed}
          isPending={changes.tags.isPending}
          change={(tags, onSuccess) => changes.tags.mutate({ subscriptionId, ...tags }, { onSuccess })}
          undo={(tags) => client.subscriptions.changeTags.mutate({ subscriptionId, ...tags })}
        />
      </StaffField>
    </section>
  );
}

type FollowUpProps = {
  subscription: Subscription;
  isAllowed: boolean;
  changes: Omit<ReturnType<typeof useStaffChanges>, "isAllowed">;
};

function FollowUp({ subscription, isAllowed, changes }: FollowUpProps) {
  const { id, followUpOn } = subscription;
  const [day, setDay] = useState<string>(followUpOn ?? "");
  const { mutate } = changes.followUp;
  const sent = useRef<string>(null);
  const clearButton = useRef<HTMLButtonElement>(null);
  const today = localDayOf(useNow(15_000));
  const isDue = followUpOn !== null && followUpOn <= today;
  const due = isDue && <span className={`${tagStyles.tag} ${tagStyles.warn}`}>due</span>;
  if (!isAllowed) {
    return followUpOn === null ? (
      <span className="dim">not set</span>
    ) : (
      <span>
        <DayText day={followUpOn} />
        {due}
      </span>
    );
  }
  function announceChange(sentence: string, seenOn: Day | null) {
    // Undo cannot set a past day, so it sets an overdue follow-up to today.
    const previous = followUpOn !== null && followUpOn < today ? today : followUpOn;
    announce(sentence, () => client.subscriptions.setFollowUp.mutate({ subscriptionId: id, on: previous, seenOn }));
  }
  function save() {
    // Enter saves the day; leaving the field afterwards must not save it again.
    if (!isDay(day) || day === followUpOn || day === sent.current) return;
    sent.current = day;
    mutate(
      { subscriptionId: id, on: day },
      { onSuccess: () => announceChange("Follow-up set", day), onError: () => (sent.current = null) },
    );
  }
  function clear() {
    // Otherwise a typed day that is not saved yet would be saved when the button loses the focus.
    setDay("");
    mutate(
      { subscriptionId: id, on: null },
      { onSuccess: () => announceChange("Follow-up removed", null), onError: () => setDay(followUpOn ?? "") },
    );
  }
  return (
    <>
      <TextInput
        type="date"
        size="xs"
        aria-label="Follow-up date"
        min={today}
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
        // A partly typed year is a valid year too, so the value counts only on blur or Enter.
        onBlur={({ relatedTarget }) => relatedTarget !== clearButton.current && save()}
        onKeyDown={(event) => event.key === "Enter" && save()}
      />
      {due}
      {followUpOn !== null && (
        <Button
          ref={clearButton}
          variant="default"
          size="compact-xs"
          loading={changes.followUp.isPending}
          // Safari does not focus a clicked button: the field keeps the focus, which would otherwise be lost.
          onMouseDown={(event) => event.preventDefault()}
          onBlur={save}
          onClick={clear}
        >
          Clear<span className="sr-only"> the follow-up</span>
        </Button>
      )}
    </>
  );
}
