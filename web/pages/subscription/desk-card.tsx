import { Button, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import type { ReactNode } from "react";
import { isDay, localDayOf } from "../../../shared/day.ts";
import { useNow } from "../../clock.ts";
import { useColleagues } from "../../components/colleagues.ts";
import { Dropdown } from "../../components/dropdown.tsx";
import { DayText } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import type { Subscription } from "../../trpc.ts";
import { useDeskChanges } from "./desk-changes.ts";

/** What staff keep about a subscription: owner, follow-up and tags. */
export function DeskCard({ subscription }: { subscription: Subscription }) {
  const { isAllowed, ...changes } = useDeskChanges();
  const props = { subscription, isAllowed, changes };
  return (
    <section className="desk-card" aria-label="Staff">
      <Part name="Owner" problem={changes.ownerProblem}>
        <Owner {...props} />
      </Part>
      <Part name="Follow up" problem={changes.followUpProblem}>
        <FollowUp {...props} key={subscription.followUpOn} />
      </Part>
      <Part name="Tags" problem={changes.tagsProblem}>
        <Tags {...props} />
      </Part>
    </section>
  );
}

type PartProps = {
  subscription: Subscription;
  isAllowed: boolean;
  changes: Omit<ReturnType<typeof useDeskChanges>, "isAllowed">;
};

function Part({ name, problem, children }: { name: string; problem: string | null; children: ReactNode }) {
  return (
    <div className="desk-part" role="group" aria-label={name}>
      <span className="dim" aria-hidden>
        {name}
      </span>
      {children}
      {problem && (
        <p className="trouble" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function Owner({ subscription, isAllowed, changes }: PartProps) {
  const { id, ownerName, isMine } = subscription;
  const { mutate, isPending } = changes.owner;
  const assign = (owner: string | null) => mutate({ subscriptionId: id, owner });
  return (
    <>
      {ownerName === null ? <span className="dim">Unassigned</span> : <strong>{isMine ? "You" : ownerName}</strong>}
      {isAllowed && !isMine && (
        <Button variant="default" size="compact-xs" loading={isPending} onClick={() => assign("me")}>
          Assign to me
        </Button>
      )}
      {isAllowed && (
        <Dropdown label="Assign to…" title="Assign the subscription to a colleague">
          {(close) => (
            <Colleagues
              subscription={subscription}
              choose={(owner) => {
                close();
                assign(owner);
              }}
            />
          )}
        </Dropdown>
      )}
    </>
  );
}

function Colleagues({ subscription, choose }: { subscription: Subscription; choose(owner: string | null): void }) {
  const others = useColleagues()?.filter(({ id }) => id !== subscription.ownerId);
  return (
    <>
      {others?.map(({ id, name }) => (
        <button key={id} type="button" className="dropdown-item" onClick={() => choose(id)}>
          {name}
        </button>
      ))}
      {others?.length === 0 && <p className="dim">No other colleague can manage subscriptions yet.</p>}
      {subscription.ownerId !== null && (
        <button type="button" className="dropdown-item" onClick={() => choose(null)}>
          Unassigned
        </button>
      )}
    </>
  );
}

function FollowUp({ subscription, isAllowed, changes }: PartProps) {
  const { id, followUpOn } = subscription;
  const [day, setDay] = useState<string>(followUpOn ?? "");
  const { mutate } = changes.followUp;
  const today = localDayOf(useNow(15_000));
  const isDue = followUpOn !== null && followUpOn <= today;
  const due = isDue && <span className="tag tag-warn">due</span>;
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
  function keep() {
    if (isDay(day) && day !== followUpOn) mutate({ subscriptionId: id, on: day });
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
        onBlur={keep}
        onKeyDown={(event) => event.key === "Enter" && keep()}
      />
      {due}
      {followUpOn !== null && (
        <Button variant="default" size="compact-xs" onClick={() => mutate({ subscriptionId: id, on: null })}>
          Clear<span className="sr-only"> the follow-up</span>
        </Button>
      )}
    </>
  );
}

function Tags({ subscription, isAllowed, changes }: PartProps) {
  const { id, tags } = subscription;
  const [typed, setTyped] = useState("");
  const choices = useId();
  const facets = useQuery(trpc.subscriptions.facets.queryOptions(undefined, { enabled: isAllowed }));
  const { mutate, isPending } = changes.tags;
  return (
    <>
      {tags.length === 0 && !isAllowed && <span className="dim">none</span>}
      {tags.length > 0 && (
        <ul className="tags">
          {tags.map((tag) => (
            <li key={tag} className="tag">
              <Link to="/subscriptions" search={{ tag }} title="Subscriptions with this tag">
                {tag}
              </Link>
              {isAllowed && (
                <button
                  type="button"
                  className="tag-remove"
                  aria-label={`Remove the tag ${tag}`}
                  disabled={isPending}
                  onClick={() => mutate({ subscriptionId: id, add: [], remove: [tag] })}
                >
                  <IconX size={12} aria-hidden />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {isAllowed && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            // A refused tag stays in the field to be corrected.
            if (typed.trim() !== "")
              mutate({ subscriptionId: id, add: [typed], remove: [] }, { onSuccess: () => setTyped("") });
          }}
        >
          <TextInput
            size="xs"
            aria-label="Add tag"
            placeholder="Add tag…"
            list={choices}
            maxLength={60}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <datalist id={choices}>
            {facets.data?.tags
              .filter((tag) => !tags.includes(tag))
              .map((tag) => (
                <option key={tag} value={tag} />
              ))}
          </datalist>
        </form>
      )}
    </>
  );
}
