import { Textarea, type TextareaProps } from "@mantine/core";
import { useId, useRef, useState } from "react";
import { countOf } from "../text/format.ts";
import { offeredColleagues, typedMention } from "../text/mentions.ts";
import { useColleagues } from "./colleagues.ts";
import * as styles from "./mention-textarea.module.css";

type Props = Omit<TextareaProps, "value" | "onChange"> & { value: string; change(text: string): void };

/** A text field that suggests colleagues after an @: arrow keys to move, Enter or Tab to choose. */
export function MentionTextarea({ value, change, onKeyDown, ...props }: Props) {
  const colleagues = useColleagues() ?? [];
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const typed = caret === null ? null : typedMention(value, caret);
  const offered = typed ? offeredColleagues(typed.name, colleagues) : [];
  const isOpen = offered.length > 0;
  const optionId = (at: number) => `${listId}-${at}`;

  function choose(name: string) {
    if (!typed || caret === null) return;
    const before = `${value.slice(0, typed.from)}@${name} `;
    change(before + value.slice(caret).trimStart());
    setCaret(null);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(before.length, before.length);
    });
  }

  function chooseByKeys(event: React.KeyboardEvent): boolean {
    if (!isOpen || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setActive((active + step + offered.length) % offered.length);
    else if (event.key === "Enter" || event.key === "Tab") choose((offered[active] ?? offered[0])?.name ?? "");
    else if (event.key === "Escape") setCaret(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  return (
    <div className={styles.field}>
      <Textarea
        {...props}
        ref={field}
        value={value}
        aria-autocomplete="list"
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen ? optionId(active) : undefined}
        onChange={({ currentTarget }) => {
          change(currentTarget.value);
          setCaret(currentTarget.selectionStart);
          setActive(0);
        }}
        onBlur={() => setCaret(null)}
        onKeyDown={(event) => {
          if (!chooseByKeys(event)) onKeyDown?.(event);
        }}
      />
      <div role="status" className="sr-only">
        {isOpen && `${countOf(offered.length, "colleague")}: arrow keys, then Enter`}
      </div>
      {isOpen && (
        <ul role="listbox" id={listId} aria-label="Colleagues to mention" className={styles.offered}>
          {offered.map(({ id, name }, at) => (
            <li
              key={id}
              id={optionId(at)}
              role="option"
              aria-selected={at === active}
              // The field keeps the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(name)}
            >
              {name}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
