/** The owner and tags that staff keep about a subscription or a customer, as fields that save when used. */
import { TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import type { ReactNode } from "react";
import { announce } from "../shell/announcement.ts";
import { trpc } from "../trpc.ts";
import { Button } from "./button.tsx";
import { useColleagues } from "./colleagues.ts";
import { Dropdown } from "./dropdown.tsx";
import * as dropdownStyles from "./dropdown.module.css";
import * as styles from "./staff-fields.module.css";
import * as tagStyles from "./tag.module.css";

type FieldProps = { name: string; problem: string | null; children: ReactNode };

/** A field with its label, and why its last change failed. */
export function StaffField({ name, problem, children }: FieldProps) {
  return (
    <div className={styles.deskPart} role="group" aria-label={name}>
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

type OwnerProps = {
  /** Such as "subscription". */
  noun: string;
  owned: { ownerId: string | null; ownerName: string | null; isMine: boolean };
  isAllowed: boolean;
  isPending: boolean;
  assign(owner: string | null): void;
};

export function OwnerField({ noun, owned, isAllowed, isPending, assign }: OwnerProps) {
  const { ownerId, ownerName, isMine } = owned;
  return (
    <>
      {ownerName === null ? <span className="dim">Unassigned</span> : <strong>{isMine ? "You" : ownerName}</strong>}
      {isAllowed && !isMine && (
        <Button variant="default" size="compact-xs" loading={isPending} onClick={() => assign("me")}>
          Assign to me
        </Button>
      )}
      {isAllowed && (
        <Dropdown label="Assign to…" title={`Assign the ${noun} to a colleague`}>
          {(close) => (
            <Colleagues
              ownerId={ownerId}
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

function Colleagues({ ownerId, choose }: { ownerId: string | null; choose(owner: string | null): void }) {
  const others = useColleagues()?.filter(({ id }) => id !== ownerId);
  return (
    <>
      {others?.map(({ id, name }) => (
        <button key={id} type="button" className={dropdownStyles.dropdownItem} onClick={() => choose(id)}>
          {name}
        </button>
      ))}
      {others?.length === 0 && <p className="dim">No other colleague can manage subscriptions yet.</p>}
      {ownerId !== null && (
        <button type="button" className={dropdownStyles.dropdownItem} onClick={() => choose(null)}>
          Unassigned
        </button>
      )}
    </>
  );
}

type TagsProps = {
  tags: string[];
  /** Links to the list of everything that has a tag. */
  listPath: "/subscriptions" | "/customers";
  isAllowed: boolean;
  isPending: boolean;
  change(tags: TagChange, onChanged: () => void): void;
  undo(tags: TagChange): Promise<unknown>;
};

type TagChange = { add: string[]; remove: string[] };

export function TagsField({ tags, listPath, isAllowed, isPending, change, undo }: TagsProps) {
  const [typed, setTyped] = useState("");
  const choices = useId();
  const facets = useQuery(trpc.subscriptions.facets.queryOptions(undefined, { enabled: isAllowed }));
  function add(tag: string) {
    const isNew = !tags.includes(tag.toLowerCase());
    change({ add: [tag], remove: [] }, () => {
      setTyped("");
      if (isNew) announce(`Tag “${tag}” added`, () => undo({ add: [], remove: [tag] }));
    });
  }
  function remove(tag: string) {
    change({ add: [], remove: [tag] }, () => announce(`Tag “${tag}” removed`, () => undo({ add: [tag], remove: [] })));
  }
  return (
    <>
      {tags.length === 0 && !isAllowed && <span className="dim">none</span>}
      {tags.length > 0 && (
        <ul className={styles.tags}>
          {tags.map((tag) => (
            <li key={tag} className={tagStyles.tag}>
              <Link to={listPath} search={{ tag }} title={`All ${listPath.slice(1)} with this tag`}>
                {tag}
              </Link>
              {isAllowed && (
                <button
                  type="button"
                  className={styles.tagRemove}
                  aria-label={`Remove the tag ${tag}`}
                  aria-disabled={isPending || undefined}
                  onClick={() => isPending || remove(tag)}
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
            if (typed.trim() !== "") add(typed.trim());
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
